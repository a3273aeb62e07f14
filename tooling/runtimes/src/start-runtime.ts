import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type BoundProcess, createRunFolder, spawnBound, waitUntil } from '@hookline/services';

/** A program on one runtime, spoken to over HTTP alone. */
export interface RuntimeProcess {
  /** `http://host:port`. */
  readonly url: string;
  readonly port: number;
  /** Resolves with how it ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<string>;
  /** Everything it wrote. */
  output(): string;
}

export interface RuntimeCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Written into the folder that it runs in. */
  readonly files?: Readonly<Record<string, string>>;
  /** In what it writes, with the URL as its first group. */
  readonly ready: RegExp;
  /** Written where it never will be, though the process goes on. */
  readonly failed?: RegExp;
}

const START_DEADLINE_MS = 60_000;

export async function startRuntime({ argv, env, files = {}, ready, failed }: RuntimeCommand): Promise<RuntimeProcess> {
  const folder = createRunFolder('runtime');
  for (const [name, content] of Object.entries(files)) folder.write(name, content);
  const log = path.join(folder.path, 'output.log');
  const output = (): string => readFileSync(log, 'utf8');
  const running: BoundProcess = spawnBound(argv, { folder, log, env: { PATH: process.env['PATH'] ?? '', HOME: folder.path, ...env } });
  /** What it has started does not end with it: the folder ends that. */
  const bindDescendants = (): void => {
    for (const pid of descendantsOf(running.pid)) folder.register(pid);
  };
  try {
    await waitUntil(argv.join(' '), () => ready.test(output()), { deadlineMs: START_DEADLINE_MS, givenUp: () => running.exitReason() ?? (failed?.test(output()) ? 'it has failed' : null) });
  } catch (error: unknown) {
    const written = output();
    bindDescendants();
    await running.end('SIGKILL');
    folder.remove();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${written}`);
  }
  bindDescendants();
  const url = ready.exec(output())?.[1] ?? '';
  return {
    url,
    port: Number(new URL(url).port),
    output,
    async end(signal) {
      bindDescendants();
      await running.end(signal);
      const reason = running.exitReason() ?? '';
      folder.remove();
      return reason;
    },
  };
}

function descendantsOf(pid: number): readonly number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n').map((row) => row.trim().split(/\s+/).map(Number));
  const family = [pid];
  for (const parent of family) family.push(...rows.flatMap(([child, its]) => (its === parent && child !== undefined ? [child] : [])));
  return family.slice(1);
}
