import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const REPOSITORY = path.resolve(import.meta.dirname, '../../..');
/** It stands outside every package, like the bootstrap that calls it. */
const { buildChanged } = (await import(path.join(REPOSITORY, 'tooling/build-changed.mjs'))) as { buildChanged: (root: string, node: string) => Promise<boolean> };

/** One package in a repository of its own. */
function repository(source: string): { root: string; write: (source: string) => void; built: () => string } {
  const root = mkdtempSync(path.join(tmpdir(), 'hookline-build-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = path.join(root, 'packages/core');
  mkdirSync(path.join(folder, 'src'), { recursive: true });
  symlinkSync(path.join(REPOSITORY, 'node_modules'), path.join(root, 'node_modules'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(path.join(folder, 'tsconfig.build.json'), JSON.stringify({ compilerOptions: { target: 'es2024', module: 'nodenext', rootDir: 'src', outDir: 'dist', rewriteRelativeImportExtensions: true, types: [] }, include: ['src'] }));
  const file = path.join(folder, 'src/index.ts');
  const write = (text: string): void => writeFileSync(file, text);
  write(source);
  return { root, write, built: () => readFileSync(path.join(folder, 'dist/index.js'), 'utf8') };
}

it('builds what changed, and nothing else', async () => {
  const { root, write, built } = repository('export const one: number = 1;\n');
  expect(await buildChanged(root, process.execPath)).toBe(true);
  expect(built()).toBe('export const one = 1;\n');

  const output = path.join(root, 'packages/core/dist/index.js');
  writeFileSync(output, 'untouched');
  expect(await buildChanged(root, process.execPath)).toBe(true);
  expect(built()).toBe('untouched');

  write('export const two: number = 22;\n');
  utimesSync(path.join(root, 'packages/core/src/index.ts'), 1, 1);
  expect(await buildChanged(root, process.execPath)).toBe(true);
  expect(built()).toBe('export const two = 22;\n');
});

it('says that it could not, and tries again the next time', async () => {
  const { root, write, built } = repository('export const = broken');
  expect(await buildChanged(root, process.execPath)).toBe(false);
  expect(existsSync(path.join(root, 'packages/core/dist/.built-from'))).toBe(false);
  write('export const whole = 1;\n');
  expect(await buildChanged(root, process.execPath)).toBe(true);
  expect(built()).toBe('export const whole = 1;\n');
});
