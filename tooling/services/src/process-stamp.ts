import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** When a process started, in the system's own words; null when there is none (or only its corpse). Pid and stamp together name one process for ever. */
export function processStamp(pid: number): string | null {
  try {
    if (!existsSync('/proc/self/stat')) return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || null;
    // the command name may hold spaces and brackets: fields are counted from behind it
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

export interface ProcessName {
  readonly pid: number;
  readonly stamp: string | null;
}

export const nameProcess = (pid: number): ProcessName => ({ pid, stamp: processStamp(pid) });

export const isRunning = (name: ProcessName): boolean => name.stamp !== null && processStamp(name.pid) === name.stamp;
