import { readFileSync, readdirSync } from 'node:fs';

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
  const fields = statOf(String(pid)) ?? [];
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { cpuMs: cpuMs(fields), rssBytes: Number(resident?.[1] ?? 0) * KIB };
}

/** The process itself, or the last of those that it started one by one: what a launcher launched. */
export function lastDescendant(pid: number): number {
  const child = readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && statOf(entry)?.[1] === String(pid));
  return child === undefined ? pid : lastDescendant(Number(child));
}

/** CPU time of each thread by its name, ms: where the product spends it. Threads of one name are added up; the first is the main thread. */
export function threadUsage(pid: number): ReadonlyMap<string, number> {
  const byName = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const fields = statOf(`${pid}/task/${thread}`);
    if (!fields) continue;
    const name = thread === String(pid) ? 'main' : readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim();
    byName.set(name, (byName.get(name) ?? 0) + cpuMs(fields));
  }
  return byName;
}

const cpuMs = (fields: readonly string[]): number => (Number(fields[11]) + Number(fields[12])) * TICK_MS;

/** From the state on; null when the process is gone. The command name before it may hold spaces and brackets: fields are counted from behind it. */
function statOf(process: string): string[] | null {
  try {
    return readFileSync(`/proc/${process}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  } catch {
    return null;
  }
}
