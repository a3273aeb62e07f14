import { readFileSync } from 'node:fs';

export interface ProcessUsage {
  /** User and system time of all its threads. */
  readonly cpuMs: number;
  readonly rssBytes: number;
}

/** The kernel counts in hundredths of a second on every Linux there is (`getconf CLK_TCK`). */
const TICK_MS = 10;
const KIB = 1024;

/** From /proc: Linux only. */
export function processUsage(pid: number): ProcessUsage {
  // the command name may hold spaces and brackets: fields are counted from behind it
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, rssBytes: Number(resident?.[1] ?? 0) * KIB };
}
