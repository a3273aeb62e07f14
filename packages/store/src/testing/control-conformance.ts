// The promise of `ControlStore`, case by case. A driver passes a harness; every driver keeps the same promise.

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenControlStore } from '../control/assemble-control-store.ts';
import { accountCases } from './control/account-cases.ts';
import { CONTENT_BYTES_MAX, contentCases } from './control/content-cases.ts';
import { PAGE_OF_ALL } from './control/control-harness.ts';
import type { ControlHarness } from './control/control-harness.ts';
import { exportCases } from './control/export-cases.ts';
import { hookCases } from './control/hook-cases.ts';
import { keyCases } from './control/key-cases.ts';
import { lookupCases } from './control/lookup-cases.ts';
import { visitorCases } from './control/visitor-cases.ts';
import { profileKeyCases } from './control/profile-key-cases.ts';
import { sessionCases } from './control/session-cases.ts';
import { userCases } from './control/user-cases.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function controlConformance(makeHarness: () => Promise<ControlHarness>): void {
  describe('one store', () => {
    let harness: ControlHarness;
    let store: OpenControlStore;
    beforeAll(async () => {
      harness = await makeHarness();
      store = await harness.open({ contentBytesMax: CONTENT_BYTES_MAX });
    });
    afterAll(async () => {
      await store.close();
      await harness.remove();
    });
    const use = (): OpenControlStore => store;
    it('is healthy', async () => expect(await store.health()).toBeNull());
    accountCases(use);
    userCases(use);
    sessionCases(use);
    hookCases(use);
    exportCases(use);
    lookupCases(use);
    profileKeyCases(use);
    keyCases(use);
    visitorCases(use);
    contentCases(use);
  });

  describe('a store that is opened again', () => {
    let harness: ControlHarness;
    beforeAll(async () => {
      harness = await makeHarness();
    });
    afterAll(() => harness.remove());

    async function withStore<T>(body: (store: OpenControlStore) => Promise<T>): Promise<T> {
      const store = await harness.open();
      try {
        return await body(store);
      } finally {
        await store.close();
      }
    }

    it('has what was written, in memory too', async () => {
      const before = await withStore(async ({ accounts, tokens, eventTypes, profiles, content, keys }) => {
        await accounts.put(5, 'Five', 1);
        await tokens.create({ id: 'tok_5', sha256: 'ab', accountId: 5, name: 't', scopes: [], master: false, expiresAt: null }, 1);
        await eventTypes.put(5, { eventType: 'own', family: 'custom', label: 'l', description: '', subjects: [], exportable: true, sample: '{}' }, 1);
        await profiles.put(5, [{ databaseId: 1, profileId: 'gone', fields: '{}' }], 1);
        await profiles.delete(5, 1, 'gone', 1);
        await content.put(5, 'r', '{"n":1}', 1_000);
        return { id: await keys.getOrCreate('id_key'), links: await keys.linkKeys(5), sealed: keys.seal('x', 'place') };
      });
      await withStore(async ({ accounts, tokens, eventTypes, profiles, content, keys }) => {
        expect([accounts.exists(5), accounts.exists(6), tokens.find('ab')?.id, eventTypes.ofAccount(5).length]).toEqual([true, false, 'tok_5', 1]);
        expect([profiles.mayBeDeleted(5, 1, 'gone'), profiles.mayBeDeleted(5, 1, 'other')]).toEqual([true, false]);
        expect(await content.get(5, 'r', 1_000)).toBe('{"n":1}');
        expect({ id: await keys.getOrCreate('id_key'), links: await keys.linkKeys(5) }).toEqual({ id: before.id, links: before.links });
        expect(keys.open(before.sealed, 'place')).toBe('x');
      });
    });

    it('makes account 1 and the given tokens once, and does not bring back a revoked one', async () => {
      await withStore(async (store) => {
        await store.ensureInitial({ adminToken: 'hl_admin', platformToken: 'hl_platform' });
        await store.ensureInitial({ adminToken: 'hl_admin', platformToken: 'hl_platform' });
        expect((await store.accounts.get(1))?.version).toBe(1);
        expect(store.tokens.find(sha256('hl_admin'))).toMatchObject({ accountId: 1, master: true, expiresAt: null });
        expect(store.tokens.find(sha256('hl_admin'))?.scopes).toHaveLength(11);
        expect(store.tokens.find(sha256('hl_platform'))).toMatchObject({ accountId: null, master: false });
        const { data } = await store.tokens.list(1, PAGE_OF_ALL);
        expect(data).toHaveLength(1);
        await store.tokens.delete(1, data[0]!.id);
      });
      await withStore(async (store) => {
        await store.ensureInitial({ adminToken: 'hl_admin', platformToken: 'hl_platform' });
        expect([store.tokens.find(sha256('hl_admin')), store.tokens.find(sha256('hl_platform'))?.accountId]).toEqual([null, null]);
        expect(store.tokens.find(sha256('hl_platform'))).not.toBeNull();
      });
    });

    it('refuses another master key, and one that is not a key', async () => {
      await withStore(async () => {});
      await expect(harness.open({ masterKey: Buffer.alloc(32, 9).toString('base64') })).rejects.toMatchObject({ code: 'key_invalid' });
      await expect(harness.open({ masterKey: 'c2hvcnQ=' })).rejects.toMatchObject({ code: 'key_invalid' });
      await withStore(async ({ health }) => expect(await health()).toBeNull());
    });

    it('takes nothing once it is closed', async () => {
      const store = await harness.open();
      await store.close();
      await expect(store.accounts.put(1, 'x', 1)).rejects.toMatchObject({ code: 'store_unavailable' });
    });
  });
}
