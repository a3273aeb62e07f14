import { expect, it } from 'vitest';
import { checkAmbient } from '../src/check-ambient.ts';
import { sourceFixture } from './source-fixture.ts';

const problemsOf = async (code: string, file = 'packages/delivery/src/decide.ts'): Promise<readonly string[]> => (await checkAmbient(sourceFixture({ [file]: code }))).problems;

it.each([
  ['Date.now()', 'Date.now'],
  ['new Date()', 'Date'],
  ['Date()', 'Date'],
  ['performance.now()', 'performance.now'],
  ['process.hrtime.bigint()', 'process.hrtime'],
  ['Math.random()', 'Math.random'],
  ['setTimeout(() => {}, 1)', 'setTimeout'],
  ['globalThis.setInterval(() => {}, 1)', 'setInterval'],
  ['[1].forEach(setImmediate)', 'setImmediate'],
  ['crypto.randomUUID()', 'crypto.randomUUID'],
  ["fetch('http://x')", 'fetch'],
])('refuses %s', async (code, name) => {
  expect(await problemsOf(`export const x = 1;\nexport const y = ${code};`)).toEqual([expect.stringContaining(`packages/delivery/src/decide.ts:2 uses ${name}:`)]);
});

it('refuses the modules that hold the same', async () => {
  expect(await problemsOf("import { setTimeout as wait } from 'node:timers/promises';\nexport const x = wait;")).toEqual([expect.stringContaining('uses node:timers/promises')]);
});

it.each([
  ['a given time', 'export const x = new Date(0).toISOString() + Date.UTC(2026, 0, 1);'],
  ['a port by the same name', 'export const x = (clock: { setTimeout(): void }) => clock.setTimeout();'],
  ['a name of its own', 'export const x = (fetch: () => void) => fetch();'],
  ['a key', 'export const x = { fetch: 1, setTimeout: 2 };'],
  ['a type', "import type { Socket } from 'node:net';\nexport type X = { fetch: Socket; random: typeof Math.random };"],
])('lets %s be', async (_, code) => {
  expect(await problemsOf(code)).toEqual([]);
});

it.each(['packages/delivery/src/adapters.ts', 'packages/delivery/src/system-clock.ts', 'packages/delivery/src/decide.test.ts', 'packages/delivery/src/simulation/run.ts', 'packages/transports/src/http.ts'])('leaves %s alone', async (file) => {
  expect(await problemsOf('export const x = Date.now();', file)).toEqual([]);
});

it('allows core no adapters', async () => {
  expect(await problemsOf('export const x = Date.now();', 'packages/core/src/adapters.ts')).toHaveLength(1);
});
