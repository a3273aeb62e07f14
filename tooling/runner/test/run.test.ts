// The scripts as they are called, on small trees.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../src/run-command.ts';
import { runSoak } from '../src/run-soak.ts';
import { addTallies, closingLine } from '../src/tally.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hookline-run-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

it('ends the closing line with what was skipped, and only then', () => {
  expect(closingLine(addTallies([{ passed: 2, failed: 0, skipped: 0 }, { passed: 1, failed: 1, skipped: 0 }]))).toBe('3 passed, 1 failed');
  expect(closingLine({ passed: 1, failed: 0, skipped: 2 })).toBe('1 passed, 0 failed, 2 skipped');
});

it('ends a command at its deadline, and says how others ended', async () => {
  const folder = folderWith({ 'hang.mjs': 'setInterval(() => {}, 1000);' });
  expect(await runCommand([process.execPath, 'hang.mjs'], { cwd: folder, deadlineMs: 200 })).toBeNull();
  expect(await runCommand([process.execPath, '-e', 'process.exit(3)'], { cwd: folder, deadlineMs: 10_000 })).toBe(3);
  expect(await runCommand(['no-such-program'], { cwd: folder, deadlineMs: 10_000 })).toBeNull();
});

it('counts long runs by their exit codes', async () => {
  const folder = folderWith({ 'good.mjs': '', 'bad.mjs': 'process.exit(1)' });
  const runs = [
    { name: 'good', argv: ['good.mjs'], deadlineMs: 10_000 },
    { name: 'bad', argv: ['bad.mjs'], deadlineMs: 10_000 },
  ] as const;
  expect(await runSoak(runs, folder, [])).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(await runSoak(runs, folder, ['goo'])).toEqual({ passed: 1, failed: 0, skipped: 0 });
});

it('refuses an unknown stage, with nothing on stdout', async () => {
  const child = spawn(process.execPath, ['--conditions=source', 'tooling/run-tests.ts', '--only', 'nothing'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (bytes) => (out += bytes));
  child.stderr.on('data', (bytes) => (err += bytes));
  const [code] = await once(child, 'close');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('--only takes checks, unit, integration, process');
});
