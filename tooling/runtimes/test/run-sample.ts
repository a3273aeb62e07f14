import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { bunProgram, denoProgram, startRuntime, wranglerCommand } from '../src/index.ts';
import type { InstalledPackages } from './installed-packages.ts';

const DEADLINE_MS = 120_000;

export interface ScriptRuntime {
  readonly name: 'Node' | 'Deno' | 'Bun';
  readonly project: 'byNpm' | 'byBun';
  argv(file: string): readonly string[];
}

export const SCRIPT_RUNTIMES: readonly ScriptRuntime[] = [
  { name: 'Node', project: 'byNpm', argv: (file) => [process.execPath, file] },
  { name: 'Deno', project: 'byNpm', argv: (file) => [denoProgram(), 'run', '-A', '--node-modules-dir=manual', file] },
  { name: 'Bun', project: 'byBun', argv: (file) => [bunProgram(), file] },
];

/** What a script prints in an installed project. Rejects with what it said when it fails. */
export async function runScript(packages: InstalledPackages, runtime: ScriptRuntime, source: string): Promise<string> {
  const folder = packages[runtime.project];
  const file = path.join(folder, `sample-${randomUUID()}.mjs`);
  writeFileSync(file, source);
  const [program = '', ...args] = runtime.argv(file);
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, timeout: DEADLINE_MS, env: { PATH: process.env['PATH'] ?? '', HOME: folder, DENO_NO_UPDATE_CHECK: '1' } });
  return stdout.trimEnd();
}

/** What a worker answers. `flags` are the runtime's compatibility flags: without `nodejs_compat` there is nothing of Node. */
export async function askWorker(packages: InstalledPackages, source: string, flags: readonly string[]): Promise<string> {
  const main = path.join(packages.byNpm, `worker-${randomUUID()}.mjs`);
  writeFileSync(main, source);
  const worker = await startRuntime(wranglerCommand({ config: { name: 'sample', main, compatibility_date: '2026-11-01', compatibility_flags: flags } }));
  try {
    return await (await fetch(worker.url)).text();
  } finally {
    await worker.end('SIGKILL');
  }
}

/** A script as a worker that answers with what it would print. */
export function asWorker(script: string): string {
  const isImport = (line: string): boolean => line.startsWith('import ');
  const lines = script.split('\n');
  return [
    ...lines.filter(isImport), 'export default { async fetch() {', 'const printed = [];', "const console = { log: (...values) => printed.push(values.join(' ')) };",
    ...lines.filter((line) => !isImport(line)), "return new Response(printed.join('\\n'));", '} };',
  ].join('\n');
}
