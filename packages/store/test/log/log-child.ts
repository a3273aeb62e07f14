// Child processes of the log's tests.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';

export interface LogChild {
  readonly process: ChildProcess;
  readonly lines: string[];
  /** Once it has ended, by itself or not. */
  readonly gone: Promise<void>;
}

/** `before` is the command that runs it, e.g. one that injects faults. */
export function startChild(script: string, args: readonly string[], onLine: (line: string) => void = () => {}, before: readonly string[] = []): LogChild {
  const [file = '', ...rest] = [...before, process.execPath, '--conditions=source', fileURLToPath(new URL(script, import.meta.url)), ...args];
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    onLine(line);
  });
  children.add(child);
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void gone.then(() => children.delete(child));
  return { process: child, lines, gone };
}

const children = new Set<ChildProcess>();

/** A data directory of each test's own; what its children left running is ended after it. */
export function useDataDir(): () => string {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-log-'));
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });
  return () => dataDir;
}
