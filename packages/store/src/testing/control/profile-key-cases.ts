import { describe, expect, it } from 'vitest';
import type { ProfileAddress } from '../../control/control-store.ts';
import { freshAccount } from './control-harness.ts';
import type { UseStore } from './control-harness.ts';

const DATABASE = 12;

export function profileKeyCases(use: UseStore): void {
  const put = (accountId: number, profileId: string, fields: object): Promise<void> => use().profiles.put(accountId, [{ databaseId: DATABASE, profileId, fields: JSON.stringify(fields) }], 1);
  const find = (accountId: number, kind: 'email' | 'email_sub' | 'phone' | 'phone_sub', value: string): Promise<readonly string[]> => use().profiles.find(accountId, DATABASE, { kind, value });

  describe('profiles are found', () => {
    it('by their own addresses and those of their subscriptions, however they are spelt', async () => {
      const accountId = freshAccount();
      await put(accountId, 'p1', {
        email: ' Ann@Example.NET ', phones: ['+1 (555) 0100', '1-555-0101', 5, null],
        subscriptions: [{ channel: 'email', email: 'sub@example.net' }, { channel: 'sms', phone: '+15550199' }, { channel: 'push', provider: 'android-firebase', subscription_id: 'Token' }, null, 'x'],
      });
      const found = async (address: ProfileAddress): Promise<readonly string[]> => use().profiles.find(accountId, DATABASE, address);
      expect(await Promise.all([find(accountId, 'email', 'ann@example.net'), find(accountId, 'phone', '15550100'), find(accountId, 'phone', '+1 555 0101'), find(accountId, 'email_sub', 'SUB@example.net'), find(accountId, 'phone_sub', '15550199')])).toEqual(Array.from({ length: 5 }, () => ['p1']));
      expect(await found({ kind: 'push_sub', provider: 'android-firebase', subscriptionId: 'Token' })).toEqual(['p1']);
      expect(await found({ kind: 'push_sub', provider: 'ios-apns', subscriptionId: 'Token' })).toEqual([]);
      expect(await Promise.all([find(accountId, 'email', 'sub@example.net'), find(accountId, 'phone', '15550199'), find(accountId, 'email_sub', 'ann@example.net'), find(accountId, 'email', ''), find(accountId, 'phone', '+')])).toEqual([[], [], [], [], []]);
      expect([await find(freshAccount(), 'email', 'ann@example.net'), await use().profiles.find(accountId, 13, { kind: 'email', value: 'ann@example.net' })]).toEqual([[], []]);
    });

    it('by what they have now: not by an address that was changed, or of a profile that was deleted', async () => {
      const accountId = freshAccount();
      await put(accountId, 'p1', { email: 'old@example.net', phones: ['1', '2'] });
      await put(accountId, 'p1', { email: 'new@example.net', phones: ['2', '3'] });
      expect(await Promise.all([find(accountId, 'email', 'old@example.net'), find(accountId, 'email', 'new@example.net'), find(accountId, 'phone', '1'), find(accountId, 'phone', '2'), find(accountId, 'phone', '3')])).toEqual([[], ['p1'], [], ['p1'], ['p1']]);
      await put(accountId, 'p2', { email: 'new@example.net' });
      expect(await find(accountId, 'email', 'new@example.net')).toEqual(['p1', 'p2']);
      await use().profiles.delete(accountId, DATABASE, 'p1', 2);
      expect(await Promise.all([find(accountId, 'email', 'new@example.net'), find(accountId, 'phone', '3')])).toEqual([['p2'], []]);
      await put(accountId, 'p1', { email: 'back@example.net' });
      expect(await find(accountId, 'email', 'back@example.net')).toEqual(['p1']);
    });

    it('by the last of what one call says about them', async () => {
      const accountId = freshAccount();
      await use().profiles.put(accountId, ['a', 'b'].map((name) => ({ databaseId: DATABASE, profileId: 'p', fields: `{"email":"${name}@example.net"}` })), 1);
      expect([await find(accountId, 'email', 'a@example.net'), await find(accountId, 'email', 'b@example.net')]).toEqual([[], ['p']]);
    });
  });

  describe('the fields of a database', () => {
    it('are those its profiles were seen with, with the kinds of their values', async () => {
      const { profiles } = use();
      const accountId = freshAccount();
      await put(accountId, 'p1', { b: 1, a: 'x', toString: null, 'n\0ul': {} });
      await put(accountId, 'p2', { a: [1.5], b: 2, c: true });
      expect(await profiles.fields(accountId, DATABASE)).toEqual([
        { name: 'n\0ul', kinds: ['object'] }, { name: 'a', kinds: ['string', 'array'] }, { name: 'b', kinds: ['number'] }, { name: 'c', kinds: ['boolean'] }, { name: 'toString', kinds: ['null'] },
      ]);
      expect([await profiles.fields(accountId, 13), await profiles.fields(freshAccount(), DATABASE)]).toEqual([[], []]);
      expect([...(await profiles.seenFields(accountId, DATABASE, ['a', 'z', 'n\0ul']))].sort()).toEqual(['a', 'n\0ul']);
      expect([[...(await profiles.seenFields(accountId, null, ['a', 'z']))], [...(await profiles.seenFields(accountId, 13, ['a']))]]).toEqual([['a'], []]);
    });

    it('are at most a thousand', async () => {
      const { profiles } = use();
      const accountId = freshAccount();
      const fields = (from: number): object => Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`f${from + n}`, 1]));
      await put(accountId, 'p1', fields(0));
      await put(accountId, 'p2', fields(600));
      await put(accountId, 'p3', { f0: 'x', late: 1 });
      const known = await profiles.fields(accountId, DATABASE);
      expect(known).toHaveLength(1_000);
      expect([known.find(({ name }) => name === 'f0')?.kinds, known.some(({ name }) => name === 'late')]).toEqual([['string', 'number'], false]);
    });
  });
}
