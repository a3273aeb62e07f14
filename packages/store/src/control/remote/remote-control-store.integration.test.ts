import { randomBytes } from 'node:crypto';
import { startSqld, waitUntil } from '@hookline/services';
import { describeWithService } from '@hookline/services/vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenControlStore } from '../assemble-control-store.ts';
import type { Hook } from '../control-store.ts';
import { realClock } from '../../testing/real-clock.ts';
import { openRemoteControlStore } from './open-remote-control-store.ts';

const MASTER_KEY = randomBytes(32).toString('base64');
const ACCOUNT = 7;

const HOOK = {
  id: 'hok_shared',
  accountId: ACCOUNT,
  name: 'Shared',
  active: true,
  stoppedReason: null,
  selection: {
    databaseId: null,
    events: ['click'],
    filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] },
    customData: { fields: [], template: {} },
    includeContent: false,
    includeEventId: true,
    subjects: {},
  },
  request: { type: 'rabbitmq_queue', host: 'h', port: 5672, username: 'u', vhost: '/', tls: false, queue: 'q' },
  change: 1,
  pending: [],
  deletedAt: null,
} as const;

await describeWithService(
  'two processes on one libSQL server',
  () => startSqld({ private: true }),
  (sqld) => {
    const open = (): Promise<OpenControlStore> =>
      openRemoteControlStore({
        url: sqld.url,
        adminUrl: sqld.adminUrl,
        masterKey: MASTER_KEY,
        retentionHours: 72,
        contentBytesMax: 1_000_000,
        clock: realClock,
      });
    let [one, two] = [] as unknown as [OpenControlStore, OpenControlStore];
    beforeAll(async () => {
      // At the same moment: one of them makes the tables, the other finds them made.
      [one, two] = await Promise.all([open(), open()]);
    });
    afterAll(() => Promise.all([one.close(), two.close()]));
    const soon = (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => waitUntil(what, async () => holds(), { deadlineMs: 10_000 });

    it('hold the same keys', async () => {
      const [[id, links], other] = await Promise.all([
        Promise.all([one.keys.getOrCreate('id_key'), one.keys.linkKeys(ACCOUNT)]),
        Promise.all([two.keys.getOrCreate('id_key'), two.keys.linkKeys(ACCOUNT)]),
      ]);
      expect(other).toEqual([id, links]);
      const rotated = await one.keys.rotateLinkKey(ACCOUNT, 1);
      await soon('the rotated key', async () => Buffer.from((await two.keys.linkKeys(ACCOUNT))[0]!).equals(rotated[0]!));
    });

    it('see each other’s accounts, tokens and event types in memory', async () => {
      await one.accounts.put(ACCOUNT, 'Seven', 1);
      await one.tokens.create({ id: 'tok_shared', sha256: 'aa', accountId: ACCOUNT, name: 't', scopes: [], master: false, expiresAt: null }, 1);
      await one.eventTypes.put(ACCOUNT, { eventType: 'own', family: 'custom', label: 'l', description: '', subjects: [], exportable: true, sample: '{}' }, 1);
      await soon(
        'account, token and event type',
        () => two.accounts.exists(ACCOUNT) && two.tokens.find('aa') !== null && two.eventTypes.ofAccount(ACCOUNT).length === 1,
      );
      await two.tokens.delete(ACCOUNT, 'tok_shared');
      await soon('the revocation', () => one.tokens.find('aa') === null);
    });

    it('hear of each other’s hooks', async () => {
      const heard: Hook[] = [];
      const stop = two.hooks.onChange((hook) => void heard.push(hook));
      await one.hooks.create(HOOK, 1);
      await soon('the new hook', () => heard.at(-1)?.name === 'Shared');
      await one.hooks.update(ACCOUNT, HOOK.id, { deletedAt: 5 }, { nowMs: 5 });
      await soon('its deletion', () => heard.at(-1)?.deletedAt === 5);
      stop();
    });

    it('drop what they cached when the other one writes', async () => {
      const key = { databaseId: 1, profileId: 'p' };
      const pixel = { id: 1, sid: 'shared-sid', name: 'n', databaseId: 1, domain: null, active: true };
      await one.profiles.put(ACCOUNT, [{ ...key, fields: '1' }], 1);
      await one.catalog.put(ACCOUNT, [{ kind: 'mailings', id: 1, name: 'old', subid: null, subject: null, databaseId: null }], 1);
      const see = async (): Promise<unknown[]> => [
        (await two.profiles.lookUp(ACCOUNT, [key])).get('1/p')?.kind,
        (await two.catalog.lookUp(ACCOUNT, [{ kind: 'mailings', id: 1 }])).get('mailings/1')?.name,
        (await two.pixels.bySid('shared-sid'))?.name,
        two.profiles.mayBeDeleted(ACCOUNT, 1, 'p'),
      ];
      expect(await see()).toEqual(['stored', 'old', undefined, false]);
      await one.profiles.delete(ACCOUNT, 1, 'p', 2);
      await one.catalog.put(ACCOUNT, [{ kind: 'mailings', id: 1, name: 'new', subid: null, subject: null, databaseId: null }], 2);
      await one.pixels.put(ACCOUNT, pixel, 2);
      await soon('the new state', async () => JSON.stringify(await see()) === '["deleted","new","n",true]');
    });

    it('write at the same time without losing or failing one', async () => {
      const writes = [one, two].flatMap((store, process) =>
        Array.from({ length: 40 }, (_, index) => store.accounts.put(1_000 * (process + 1) + index, `n${index}`, 1)),
      );
      await Promise.all(writes);
      const found = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => [await two.accounts.get(1_000 + index), await one.accounts.get(2_000 + index)]),
      );
      expect(found.flat().filter((account) => account === null)).toEqual([]);
    });

    it('share content, written once, over a bucket that the other one dropped', async () => {
      const hour = 3_600_000;
      expect([
        await one.content.put(ACCOUNT, 'r', '1', hour),
        await two.content.put(ACCOUNT, 'r', '2', hour),
        await two.content.get(ACCOUNT, 'r', hour),
      ]).toEqual(['created', 'conflict', '1']);
      await one.content.cleanUp(100 * hour);
      // The second one still lists the dropped bucket.
      expect([
        await two.content.get(ACCOUNT, 'other', hour),
        await two.content.put(ACCOUNT, 'r', '3', hour),
        await one.content.get(ACCOUNT, 'r', hour),
      ]).toEqual([null, 'created', '3']);
    });
  },
);

await describeWithService(
  'a libSQL server that forgets its durability',
  () => startSqld({ private: true, namespaces: false }),
  (sqld) => {
    const durability = async (): Promise<unknown> =>
      ((await (await fetch(`${sqld.adminUrl}/v1/namespaces/default/config`)).json()) as { readonly durability_mode?: unknown }).durability_mode;

    it('is told to be durable before the first write, and again after it was away', async () => {
      const store = await openRemoteControlStore({
        url: sqld.url,
        adminUrl: sqld.adminUrl,
        masterKey: MASTER_KEY,
        retentionHours: 72,
        contentBytesMax: 1_000_000,
        clock: realClock,
      });
      expect([await durability(), await store.health()]).toEqual(['strong', null]);
      await sqld.kill9();
      await expect(store.accounts.put(1, 'while away', 1)).rejects.toMatchObject({ code: 'store_unavailable' });
      expect(await store.health()).toContain('libSQL server');
      await sqld.start();
      expect(await durability()).not.toBe('strong');
      await store.accounts.put(1, 'back', 1);
      expect([await durability(), (await store.accounts.get(1))?.name]).toEqual(['strong', 'back']);
      await store.close();
    });

    it('is told again when it was restarted between two requests', async () => {
      const quiet = { ...realClock, after: () => () => {} };
      const store = await openRemoteControlStore({
        url: sqld.url,
        adminUrl: sqld.adminUrl,
        masterKey: MASTER_KEY,
        retentionHours: 72,
        contentBytesMax: 1_000_000,
        clock: quiet,
      });
      await sqld.terminate();
      await sqld.start();
      expect(await durability()).not.toBe('strong');
      await store.accounts.put(1, 'after', 1);
      expect(await durability()).toBe('strong');
      await store.close();
    });
  },
);

describe('a server that never answers', () => {
  it('is given up at the deadline', async () => {
    const waiting: (() => void)[] = [];
    const clock = {
      ...realClock,
      after(_delayMs: number, callback: () => void) {
        waiting.push(callback);
        return () => {};
      },
    };
    const fetch = (request: Request): Promise<Response> =>
      new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason)));
    const opening = openRemoteControlStore({ url: 'http://localhost:1', masterKey: MASTER_KEY, retentionHours: 72, contentBytesMax: 1, clock, fetch });
    opening.catch(() => {});
    await waitUntil('a request', async () => waiting.length > 0, { deadlineMs: 5_000 });
    for (const callback of waiting) callback();
    await expect(opening).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it.each(['ws://localhost:1', 'file:a.db', 'nonsense'])('is not even looked for at %s', async (url) => {
    await expect(openRemoteControlStore({ url, masterKey: MASTER_KEY, retentionHours: 72, contentBytesMax: 1, clock: realClock })).rejects.toMatchObject({
      code: 'config_invalid',
    });
  });
});
