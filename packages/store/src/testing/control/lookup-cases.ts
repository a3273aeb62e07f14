import { describe, expect, it } from 'vitest';
import type { ProfileState } from '../../control/control-store.ts';
import { freshAccount } from './control-harness.ts';
import type { UseStore } from './control-harness.ts';

const ENTRY = { name: 'Spring \0 sale', subid: null, subject: 'Hi 😀', databaseId: 3 } as const;

export function lookupCases(use: UseStore): void {
  describe('the catalog', () => {
    it('takes entries in the order given, the last one of a key being what stays', async () => {
      const { catalog } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      const answers = await catalog.put(
        accountId,
        [
          { kind: 'mailings', id: 5, ...ENTRY },
          { kind: 'pixels', id: 5, ...ENTRY, subid: 's' },
          { kind: 'mailings', id: 5, ...ENTRY, name: 'Later' },
        ],
        100,
      );
      const later = { accountId, kind: 'mailings', id: 5, ...ENTRY, name: 'Later', version: 2, createdAt: 100, updatedAt: 100 };
      expect([answers[0], answers[1]?.subid, answers[2]]).toEqual([later, 's', later]);
      expect([await catalog.get(accountId, 'mailings', 5), await catalog.get(other, 'mailings', 5), await catalog.get(accountId, 'segments', 5)]).toEqual([
        later,
        null,
        null,
      ]);
    });

    it('lists one kind by id', async () => {
      const { catalog } = use();
      const accountId = freshAccount();
      await catalog.put(accountId, [...[30, 4, 100].map((id) => ({ kind: 'segments' as const, id, ...ENTRY })), { kind: 'mailings', id: 5, ...ENTRY }], 1);
      const first = await catalog.list(accountId, 'segments', { limit: 2, after: null });
      const second = await catalog.list(accountId, 'segments', { limit: 2, after: first.next });
      expect([first, second].map(({ data }) => data.map(({ id }) => id))).toEqual([[4, 30], [100]]);
      expect(second.next).toBeNull();
    });

    it('looks up what is there, and sees every finished write', async () => {
      const { catalog } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      const key = { kind: 'templates', id: 9 } as const;
      const find = async (account: number): Promise<string | undefined> =>
        (await catalog.lookUp(account, [key, key, { kind: 'pixels', id: 9 }])).get('templates/9')?.name;
      expect(await find(accountId)).toBeUndefined();
      await catalog.put(accountId, [{ ...key, ...ENTRY }], 1);
      expect([await find(accountId), await find(accountId), await find(other)]).toEqual([ENTRY.name, ENTRY.name, undefined]);
      await catalog.put(accountId, [{ ...key, ...ENTRY, name: 'New' }], 2);
      expect(await find(accountId)).toBe('New');
      expect([
        await catalog.delete(other, 'templates', 9),
        await catalog.delete(accountId, 'templates', 9),
        await catalog.delete(accountId, 'templates', 9),
      ]).toEqual([false, true, false]);
      expect(await find(accountId)).toBeUndefined();
    });

    it('takes a thousand entries at once', async () => {
      const { catalog } = use();
      const accountId = freshAccount();
      const entries = await catalog.put(
        accountId,
        Array.from({ length: 1_000 }, (_, id) => ({ kind: 'databases' as const, id: id + 1, ...ENTRY })),
        1,
      );
      expect(entries.map(({ id }) => id)).toEqual(Array.from({ length: 1_000 }, (_, id) => id + 1));
    });
  });

  describe('profiles', () => {
    it('are stored, replaced, deleted with a tombstone, and come back', async () => {
      const { profiles } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      const get = (account = accountId): Promise<ProfileState> => profiles.get(account, 12, 'p\0 1');
      expect([await get(), await profiles.delete(accountId, 12, 'p\0 1', 1), profiles.mayBeDeleted(accountId, 12, 'nobody')]).toEqual([
        { kind: 'absent' },
        false,
        false,
      ]);
      await profiles.put(accountId, [{ databaseId: 12, profileId: 'p\0 1', fields: '{"a":1}' }], 100);
      await profiles.put(accountId, [{ databaseId: 12, profileId: 'p\0 1', fields: '{"a":2}' }], 200);
      expect([await get(), await get(other)]).toEqual([{ kind: 'stored', fields: '{"a":2}', version: 2, createdAt: 100, updatedAt: 200 }, { kind: 'absent' }]);
      expect([
        await profiles.delete(other, 12, 'p\0 1', 250),
        await profiles.delete(accountId, 12, 'p\0 1', 250),
        await profiles.delete(accountId, 12, 'p\0 1', 250),
      ]).toEqual([false, true, false]);
      expect([await get(), profiles.mayBeDeleted(accountId, 12, 'p\0 1')]).toEqual([{ kind: 'deleted' }, true]);
      await profiles.put(accountId, [{ databaseId: 12, profileId: 'p\0 1', fields: '{}' }], 300);
      expect(await get()).toEqual({ kind: 'stored', fields: '{}', version: 4, createdAt: 300, updatedAt: 300 });
    });

    it('are looked up with their state, every finished write seen', async () => {
      const { profiles } = use();
      const accountId = freshAccount();
      const keys = ['here', 'gone', 'never'].map((profileId) => ({ databaseId: 1, profileId }));
      await profiles.put(
        accountId,
        [
          { databaseId: 1, profileId: 'here', fields: '{}' },
          { databaseId: 1, profileId: 'gone', fields: '{}' },
        ],
        1,
      );
      await profiles.delete(accountId, 1, 'gone', 1);
      const found = await profiles.lookUp(accountId, keys);
      expect([...found].map(([key, { kind }]) => [key, kind]).sort()).toEqual([
        ['1/gone', 'deleted'],
        ['1/here', 'stored'],
        ['1/never', 'absent'],
      ]);
      await profiles.put(accountId, [{ databaseId: 1, profileId: 'never', fields: '{"n":1}' }], 2);
      await profiles.delete(accountId, 1, 'here', 2);
      const again = await profiles.lookUp(accountId, keys);
      expect([again.get('1/here')?.kind, again.get('1/never')?.kind]).toEqual(['deleted', 'stored']);
    });

    it('never show an older state to a lookup that begins after a write, however many run beside it', async () => {
      const { profiles } = use();
      const accountId = freshAccount();
      const key = { databaseId: 1, profileId: 'racing' };
      const look = async (): Promise<number> => {
        const state = (await profiles.lookUp(accountId, [key])).get('1/racing');
        return state?.kind === 'stored' ? Number(state.fields) : 0;
      };
      const stale: string[] = [];
      for (let round = 1; round <= 60; round++) {
        const beside = [look(), look()];
        const write = profiles.put(accountId, [{ ...key, fields: String(round) }], round);
        beside.push(look());
        await write;
        const seen = await Promise.all([look(), look()]);
        for (const value of seen) if (value !== round) stale.push(`round ${round} saw ${value}`);
        await Promise.all(beside);
        if ((await look()) !== round) stale.push(`round ${round} was covered by an older lookup`);
      }
      expect(stale).toEqual([]);
    });

    it('come in large numbers without keeping single writes from their turn', async () => {
      const { profiles, accounts } = use();
      const accountId = freshAccount();
      const imported = Array.from({ length: 10_000 }, (_, index) => ({ databaseId: 1, profileId: `p${index}`, fields: `{"email":"p${index}@example.com"}` }));
      let running = true;
      const importing = profiles.put(accountId, imported, 1).finally(() => (running = false));
      let turns = 0;
      for (; running; turns++) await accounts.put(accountId, `turn ${turns}`, turns);
      await importing;
      expect(turns).toBeGreaterThanOrEqual(5);
      const found = await profiles.lookUp(accountId, imported.slice(-100));
      expect([...found.values()].filter(({ kind }) => kind === 'stored')).toHaveLength(100);
    });
  });
}
