import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';

const KILL_AFTER_MS = 10_000;

/** A command whose output goes where ours goes. SIGTERM at its deadline, SIGKILL where that does not help; what ends us ends it. The answer is its exit code, null for a signal. */
export async function runCommand(argv: readonly string[], { cwd, deadlineMs }: { readonly cwd: string; readonly deadlineMs: number }): Promise<number | null> {
  const [file = '', ...args] = argv;
  const child = spawn(file, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  const end = (signal: NodeJS.Signals): void => void child.kill(signal);
  const soft = setTimeout(() => {
    process.stderr.write(`\n${argv.join(' ')} took more than ${deadlineMs / 1000} s: it is ended\n`);
    end('SIGTERM');
  }, deadlineMs);
  const hard = setTimeout(end, deadlineMs + KILL_AFTER_MS, 'SIGKILL');
  const passOn = (signal: NodeJS.Signals): void => {
    end(signal);
    child.once('exit', () => process.exit(128 + os.constants.signals[signal]));
  };
  process.on('SIGTERM', passOn).on('SIGINT', passOn);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  } catch (error: unknown) {
    process.stderr.write(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  } finally {
    clearTimeout(soft);
    clearTimeout(hard);
    process.off('SIGTERM', passOn).off('SIGINT', passOn);
  }
}
