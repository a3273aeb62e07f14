import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { waitUntil } from './wait-until.ts';
import type { RunFolder } from './run-folder.ts';

const STOP_DEADLINE_MS = 20_000;

/** A child that ends with this process, however that ends. */
export interface BoundProcess {
  readonly pid: number;
  /** null while it runs, else how it ended. */
  exitReason(): string | null;
  /** Sends the signal and waits until the process is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  send(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

/** util-linux's `setpriv` asks the kernel to kill the child when its parent dies; elsewhere the run folder's sweep does it, later. */
const boundBy: readonly string[] = process.platform === 'linux' && spawnSync('setpriv', ['--version']).status === 0 ? ['setpriv', '--pdeathsig', 'KILL'] : [];

export function spawnBound(
  argv: readonly string[],
  { folder, log, env = process.env }: { readonly folder: RunFolder; readonly log: string; readonly env?: NodeJS.ProcessEnv },
): BoundProcess {
  const [file = '', ...args] = [...boundBy, ...argv];
  const output = openSync(log, 'a');
  const child = spawn(file, args, { cwd: folder.path, env, stdio: ['ignore', output, output] });
  closeSync(output);
  let ended: string | null = null;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `it ended with ${signal ?? code}`;
  });
  child.unref();
  if (child.pid !== undefined) folder.register(child.pid);
  return {
    pid: child.pid ?? 0,
    exitReason: () => ended,
    async end(signal) {
      if (ended !== null) return;
      child.kill(signal);
      child.kill('SIGCONT'); // a frozen process sees SIGTERM only when it goes on
      await waitUntil(`${argv[0]} to end`, () => ended !== null, { deadlineMs: STOP_DEADLINE_MS });
    },
    send: (signal) => void child.kill(signal),
  };
}
