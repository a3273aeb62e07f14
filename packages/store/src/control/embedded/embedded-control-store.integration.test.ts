import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretPlace } from '@hookline/core';
import type { OpenControlStore } from '../assemble-control-store.ts';
import type { Hook } from '../control-store.ts';
import { newHook } from '../../testing/control/hook-cases.ts';
import { realClock } from '../../testing/real-clock.ts';
import { openEmbeddedControlStore } from './open-embedded-control-store.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hookline-embedded-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const open = (masterKey?: string): Promise<OpenControlStore> =>
  openEmbeddedControlStore({ dataDir, masterKey, retentionHours: 72, contentBytesMax: 1e9, clock: realClock });

/** Changes the file as something other than the product would. */
function tamper(sql: string, ...params: readonly unknown[]): void {
  const file = new Database(join(dataDir, 'control.db'));
  file.prepare(sql).run([...params]);
  file.close();
}

describe('the embedded control store and its files', () => {
  it('keeps its own master key, and refuses data whose key is gone', async () => {
    const store = await open();
    const sealed = store.keys.seal('x', 'p');
    await store.close();
    expect(statSync(join(dataDir, 'master.key')).mode & 0o777).toBe(0o600);
    const again = await open(readFileSync(join(dataDir, 'master.key'), 'utf8'));
    expect(again.keys.open(sealed, 'p')).toBe('x');
    await again.close();
    rmSync(join(dataDir, 'master.key'));
    await expect(open()).rejects.toMatchObject({ code: 'key_invalid' });
    expect(() => statSync(join(dataDir, 'master.key'))).toThrow('ENOENT');
  });

  it('is sealed anew by a start with a new master key before the old one, which then opens nothing', async () => {
    const [old, newer] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];
    const before = await open(old);
    const hook = newHook(7);
    const password = { sealed: before.keys.seal('s3cret', secretPlace(7, hook.id, 'password')) };
    await before.hooks.create({ ...hook, request: { type: 'rabbitmq_queue', host: 'h', port: 1, username: 'u', password, vhost: '/', queue: 'q', tls: false } }, 1);
    const made = [await before.keys.getOrCreate('id_key'), ...(await before.keys.linkKeys(7))];
    await before.close();
    await (await open(`${newer},${old}`)).close();
    const after = await open(newer);
    const { request, version } = (await after.hooks.get(7, hook.id)) as Hook;
    const sealed = (request as { password: { sealed: string } }).password.sealed;
    expect([after.keys.open(sealed, secretPlace(7, hook.id, 'password')), version]).toEqual(['s3cret', 1]);
    expect([await after.keys.getOrCreate('id_key'), ...(await after.keys.linkKeys(7))]).toEqual(made);
    await after.close();
    await expect(open(old)).rejects.toMatchObject({ code: 'key_invalid' });
  });

  it('refuses a sealed key with a flipped bit, and one that was moved', async () => {
    const store = await open();
    await store.keys.getOrCreate('id_key');
    await store.keys.linkKeys(1);
    await store.keys.linkKeys(2);
    await store.close();
    tamper("update sealed_key set sealed = substr(sealed, 1, 30) || iif(substr(sealed, 31, 1) = 'A', 'B', 'A') || substr(sealed, 32) where name = 'id_key'");
    tamper('update sealed_key set sealed = (select sealed from sealed_key where account_id = 1) where account_id = 2');
    const again = await open();
    await expect(again.keys.getOrCreate('id_key')).rejects.toMatchObject({ code: 'key_invalid' });
    await expect(again.keys.linkKeys(2)).rejects.toMatchObject({ code: 'key_invalid' });
    expect(await again.keys.linkKeys(1)).toHaveLength(1);
    await again.close();
  });

  it('refuses data of a later version', async () => {
    await (await open()).close();
    tamper("insert into migration (number, tag) select max(number) + 1, ? from migration", '0999_later');
    await expect(open()).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('0999_later') });
  });

  it('keeps no plain text of what it seals', async () => {
    const store = await open();
    const keys = [...(await store.keys.linkKeys(1)), await store.keys.getOrCreate('id_key')];
    await store.ensureInitial({ adminToken: 'hl_canary_canary_canary' });
    const bytes = Buffer.concat(['control.db', 'control.db-wal'].map((name) => readFileSync(join(dataDir, name))));
    expect(
      [...keys.flatMap((key) => [Buffer.from(key), Buffer.from(Buffer.from(key).toString('base64'))]), Buffer.from('hl_canary')].filter((secret) =>
        bytes.includes(secret),
      ),
    ).toEqual([]);
    await store.close();
  });

  it('has no content of a dropped bucket in any file', async () => {
    const store = await open();
    await store.content.put(1, 'r', '"canary content"', 0);
    const files = (): string[] => readFolder(join(dataDir, 'content'));
    expect(files().some((text) => text.includes('canary content'))).toBe(true);
    await store.content.cleanUp(100 * 3_600_000);
    expect(files().filter((text) => text.includes('canary content'))).toEqual([]);
    await store.close();
  });

  it('takes 100,000 profiles in slices while single writes and reads have their turn and the write-ahead log stays small', async () => {
    const store = await open();
    const filler = 'x'.repeat(700);
    const profiles = Array.from({ length: 100_000 }, (_, index) => ({ databaseId: 1, profileId: `p${index}`, fields: `{"n":${index},"filler":"${filler}"}` }));
    let running = true;
    const importing = store.profiles.put(1, profiles, 1).finally(() => (running = false));
    let logBytesMax = 0;
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      let turns = 0;
      for (; running; turns++) {
        await work();
        logBytesMax = Math.max(logBytesMax, statSync(join(dataDir, 'control.db-wal')).size);
      }
      return turns;
    };
    const [writes, reads] = await Promise.all([
      count(() => store.accounts.put(1, 'turn', 1)),
      count(() => store.profiles.get(1, 1, 'p99')),
      count(() => store.profiles.get(1, 1, 'p98')),
      importing,
    ]);
    // An import in one transaction would leave one turn; slices of 5 ms leave one each.
    expect(writes).toBeGreaterThan(30);
    expect(reads).toBeGreaterThan(30);
    expect(logBytesMax).toBeLessThan(48 * 1024 * 1024);
    expect((await store.profiles.lookUp(1, profiles.slice(-100))).get('1/p99999')?.kind).toBe('stored');
    await store.close();
  });
});

function readFolder(folder: string): string[] {
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
}
