import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** A program to its end. The answer is its stdout; what is thrown says the last line that it said about its failure. */
export async function runProgram(program: string, args: readonly string[], { cwd, env = process.env }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv }): Promise<string> {
  try {
    return (await promisify(execFile)(program, args, { cwd, env, maxBuffer: OUTPUT_BYTES_MAX })).stdout;
  } catch (error: unknown) {
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
    const lastWords = stderr.trim().split('\n').at(-1) || /\[ERROR\].*/.exec(stdout)?.[0] || message;
    throw new Error(`${program} ${args.at(-1)}: ${lastWords}`, { cause: error });
  }
}
