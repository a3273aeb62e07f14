import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The tools are this repository's, whatever the tree that they look at. */
const TOOLS = fileURLToPath(new URL('../../../node_modules/.bin', import.meta.url));

const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;

export interface ProgramResult {
  /** null = it was ended at its deadline, or never started. */
  readonly code: number | null;
  /** Both streams as they came, cut at 4 MiB. */
  readonly output: string;
}

/** A program to its end. Never rejects: what cannot be started has a null code and says so. */
export function runProgram(argv: readonly string[], { cwd, deadlineMs, env = process.env }: { readonly cwd: string; readonly deadlineMs: number; readonly env?: NodeJS.ProcessEnv }): Promise<ProgramResult> {
  const [file = '', ...args] = argv;
  return new Promise((resolve) => {
    const PATH = [path.dirname(process.execPath), TOOLS, env['PATH']].join(path.delimiter);
    const child = spawn(file, args, { cwd, env: { ...env, PATH, NO_COLOR: '1', FORCE_COLOR: '0', TURBO_TELEMETRY_DISABLED: '1' }, stdio: ['ignore', 'pipe', 'pipe'], timeout: deadlineMs, killSignal: 'SIGKILL' });
    let output = '';
    const keep = (bytes: Buffer): void => {
      if (output.length < OUTPUT_BYTES_MAX) output += bytes.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output: code === null ? `${output}\n${file} was ended after ${deadlineMs} ms` : output }));
  });
}

/** The lines that say something. */
export const linesOf = (output: string): string[] => output.split('\n').filter((line) => line.trim() !== '');
