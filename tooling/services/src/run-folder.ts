// Each running service has a folder: its data, its log, and `processes.json`, which names its owner (this test process) and its children. What a killed test
// process left behind is recognised by a dead owner, ended and deleted before the next service starts.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './repository-cache.ts';
import { isRunning, nameProcess } from './process-stamp.ts';
import type { ProcessName } from './process-stamp.ts';

interface Processes {
  readonly owner: ProcessName;
  readonly children: ProcessName[];
}

const REGISTER = 'processes.json';

export interface RunFolder {
  readonly path: string;
  /** A child that must not outlive this process. */
  register(pid: number): void;
  /** A file of the service's own; the answer is its path. */
  write(name: string, content: string): string;
  remove(): void;
}

export function createRunFolder(service: string, parent: string = path.join(cacheFolder(), 'run')): RunFolder {
  mkdirSync(parent, { recursive: true });
  sweepRunFolders(parent);
  const folder = mkdtempSync(path.join(parent, `${service}-`));
  const processes: Processes = { owner: nameProcess(process.pid), children: [] };
  const save = (): void => writeFileSync(path.join(folder, REGISTER), JSON.stringify(processes));
  save();
  const end = (): void => killAll(processes.children);
  process.once('exit', end);
  return {
    path: folder,
    register(pid) {
      processes.children.push(nameProcess(pid));
      save();
    },
    write(name, content) {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      return file;
    },
    remove() {
      end();
      process.removeListener('exit', end);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Ends and deletes what dead owners left. A folder without a readable register is just being made: it stays. */
export function sweepRunFolders(parent: string): void {
  for (const name of readdirSync(parent)) {
    const folder = path.join(parent, name);
    const processes = readProcesses(folder);
    if (!processes || isRunning(processes.owner)) continue;
    killAll(processes.children);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function readProcesses(folder: string): Processes | null {
  try {
    return JSON.parse(readFileSync(path.join(folder, REGISTER), 'utf8')) as Processes;
  } catch {
    return null;
  }
}

function killAll(children: readonly ProcessName[]): void {
  for (const child of children) {
    if (!isRunning(child)) continue;
    try {
      process.kill(child.pid, 'SIGKILL');
    } catch {
      // it ended between the look and the kill
    }
  }
}
