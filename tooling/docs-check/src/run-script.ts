import { type ChildProcess, spawn } from 'node:child_process';

export interface Running {
  /** What it has printed so far, both streams. */
  output(): string;
  /** null while it runs. */
  exitCode(): number | null;
  /** Ends it and everything that it started. A second call is harmless. */
  end(): Promise<void>;
}

/** A program in a process group of its own. */
export function startProgram(argv: readonly string[], { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }): Running {
  const [file = '', ...args] = argv;
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.on('error', (error) => (output += error.message));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    output: () => output,
    exitCode: () => child.exitCode,
    async end() {
      killGroup(child);
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) await exited;
    },
  };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error: unknown) {
    // nobody is left in it
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
