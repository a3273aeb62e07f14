import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clicks, type Destination, type Product, runCommand, startDestination, startProduct, until } from './run-product.ts';

let folder: string;
let destination: Destination;
let product: Product;
const dir = (name: string): string => path.join(folder, name);

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hookline-backup-'));
  destination = await startDestination();
  product = await startProduct(dir('data'));
});
afterEach(async () => {
  await product.kill();
  await destination.close();
  rmSync(folder, { recursive: true, force: true });
});

const backUp = (to: string) => runCommand(['backup', dir(to)], { HOOKLINE_DATA_DIR: dir('data') });
const received = (prefix: string): Set<string> => new Set(destination.deliveries.flatMap(({ eventIds }) => eventIds).filter((id) => id.startsWith(prefix)));

it('a copy made while events come in starts with the key put back, has all that was accepted before it, and goes on', async () => {
  const made = await product.call('POST', '/v1/hooks', { name: 'h', database_id: null, events: ['click'], request: { type: 'http', url: destination.url, timeout_sec: 1, auth: { type: 'bearer', token: 'secret-token' } } });
  expect((await product.call('POST', '/v1/events', clicks('before-', 1_000, '2026-01-10'))).status).toBe(202);
  await product.call('PUT', '/v1/content/c1', { html: '<p>' });
  let sending = true;
  const load = (async () => {
    for (let n = 0; sending; n++) await product.call('POST', '/v1/events', clicks(`during-${n}-`, 20, '2026-01-11'));
  })();
  const { code, out } = await backUp('copy');
  sending = false;
  await load;
  expect(code).toBe(0);
  expect(out).toContain('master key is NOT in it');
  expect(readdirSync(dir('copy')).sort()).toEqual(['content', 'control.db', 'log.db']);
  expect([statSync(dir('copy')).mode & 0o777, statSync(dir('copy/log.db')).mode & 0o777]).toEqual([0o700, 0o600]);
  await product.stop();
  destination.deliveries.length = 0;

  const withoutKey = await runCommand(['--no-demo'], { HOOKLINE_DATA_DIR: dir('copy'), PORT: '0' });
  expect(withoutKey.code).toBe(78);
  expect(withoutKey.out).toContain('master.key is missing');

  copyFileSync(dir('data/master.key'), dir('copy/master.key'));
  product = await startProduct(dir('copy'));
  const hook = await product.call('GET', `/v1/hooks/${made.json.id}`);
  expect([hook.status, hook.json.active]).toEqual([200, true]);
  for (const id of ['before-0', 'before-999']) expect((await product.call('GET', `/v1/events/${id}`)).status).toBe(200);
  expect((await product.call('POST', '/v1/events', clicks('after-', 50, '2026-01-12'))).json).toMatchObject({ accepted: 50 });
  await until(() => received('after-').size === 50, 'events after the restore');
  const again = await product.call('POST', `/v1/hooks/${made.json.id}/exports`, { from: '2026-01-10', to: '2026-01-10' });
  await until(async () => (await product.call('GET', `/v1/exports/${again.json.id}`)).json.status === 'completed', 'an export from the copy');
  expect(received('before-').size).toBe(1_000);
});

it('says what it cannot do', async () => {
  for (const [args, env, says] of [
    [['backup'], { HOOKLINE_DATA_DIR: dir('data') }, 'needs a directory'],
    [['backup', dir('x')], { HOOKLINE_DATA_DIR: dir('nothing') }, 'nothing to back up'],
    [['backup', dir('data')], { HOOKLINE_DATA_DIR: dir('data') }, 'is there already'],
    [['backup', dir('x')], { HOOKLINE_DATA_DIR: dir('data'), HOOKLINE_DATABASE_URL: 'http://127.0.0.1:1' }, 'HOOKLINE_DATABASE_URL'],
  ] as const) {
    const { code, out } = await runCommand(args, env);
    expect([code, out.includes(says)]).toEqual([78, true]);
  }
});
