// `npm start` as a supervisor sees it, around a product that does what the test says.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const BOOTSTRAP = path.resolve(import.meta.dirname, '../../bootstrap.mjs');

/** A repository that is installed already, whose product is `source`. */
function start(source: string, ...args: string[]): { product: Promise<[number | null, NodeJS.Signals | null]>; child: ReturnType<typeof spawn>; out: () => string } {
  const root = mkdtempSync(path.join(tmpdir(), 'hookline-bootstrap-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const folder of ['tooling', 'node_modules', 'apps/standalone/dist']) mkdirSync(path.join(root, folder), { recursive: true });
  cpSync(BOOTSTRAP, path.join(root, 'tooling/bootstrap.mjs'));
  // Building has a test of its own.
  writeFileSync(path.join(root, 'tooling/build-changed.mjs'), 'export const buildChanged = async () => true;');
  writeFileSync(path.join(root, 'pnpm-lock.yaml'), 'lock');
  writeFileSync(path.join(root, 'package.json'), '{ "type": "module" }');
  writeFileSync(path.join(root, 'node_modules/.hookline-lock'), createHash('sha256').update('lock').update('{ "type": "module" }').digest('hex'));
  writeFileSync(path.join(root, 'apps/standalone/dist/main.js'), source);
  const child = spawn(process.execPath, [path.join(root, 'tooling/bootstrap.mjs'), 'start', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (bytes) => (out += bytes));
  return { product: once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>, child, out: () => out };
}

it('says nothing before the product does, and hands it its arguments', async () => {
  const { product, out } = start('const first = "first word"; console.log(first, process.argv.slice(2).join());', '--no-demo', 'x');
  expect(await product).toEqual([0, null]);
  expect(out()).toBe('first word --no-demo,x\n');
});

it('ends with the exit code of the product', async () => {
  expect(await start('process.exit(78)').product).toEqual([78, null]);
  expect(await start("process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)").product).toEqual([137, null]);
});

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('passes %s on, once, and waits for an orderly end', async (signal) => {
  const source = `let count = 0; process.on('${signal}', () => { count += 1; console.log('asked', count); setTimeout(() => process.exit(0), 100); }); console.log('up'); setInterval(() => {}, 1000);`;
  const { product, child, out } = start(source);
  await once(child.stdout!, 'data');
  child.kill(signal);
  expect(await product).toEqual([0, null]);
  expect(out()).toBe('up\nasked 1\n');
});
