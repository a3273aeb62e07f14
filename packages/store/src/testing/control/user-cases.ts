import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AuditInput, User } from '../../control/control-store.ts';
import { freshAccount, PAGE_OF_ALL } from './control-harness.ts';
import type { UseStore } from './control-harness.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const ACTOR = { tokenId: 'tok_who', userId: 'usr_who' };

type NewUser = Omit<User, 'version' | 'createdAt' | 'updatedAt' | 'passwordSetAt'>;
const newUser = (accountId: number, more: Partial<NewUser> = {}): NewUser => ({
  id: `usr_${accountId}`, accountId, login: 'ann', name: 'Ann \0', master: true, scopes: ['hooks:write', 'tokens:write'], passwordHash: null, ...more,
});
const entry = (accountId: number, action: string, more: Partial<AuditInput> = {}): AuditInput => ({
  at: 1_000, accountId, actor: ACTOR, action, objectKind: action.split('.')[0]!, objectId: 'x', before: null, after: { n: 1, text: 'a\0b \ud800' }, ...more,
});

export function userCases(use: UseStore): void {
  const actions = async (accountId: number): Promise<string[]> => (await use().audit.list(accountId, PAGE_OF_ALL)).data.map(({ action }) => action);

  describe('users', () => {
    it('come back as they were made, to their own account', async () => {
      const { users } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      const made = await users.create(newUser(accountId, { passwordHash: 'h' }), 100);
      expect(made).toEqual({ ...newUser(accountId, { passwordHash: 'h' }), passwordSetAt: 100, version: 1, createdAt: 100, updatedAt: 100 });
      const { id } = made as User;
      expect([await users.get(accountId, id), await users.get(other, id), await users.byLogin(accountId, 'ann'), await users.byLogin(other, 'ann')]).toEqual([made, null, made, null]);
      expect([(await users.list(accountId, PAGE_OF_ALL)).data, (await users.list(other, PAGE_OF_ALL)).data]).toEqual([[made], []]);
      expect([await users.update(other, id, { name: 'x' }, { nowMs: 1 }), await users.delete(other, id)]).toEqual(['not_found', false]);
    });

    it('have a login of their own within the account', async () => {
      const { users } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      await users.create(newUser(accountId), 1);
      const second = { ...newUser(accountId), id: `usr_second_${accountId}` };
      expect([await users.create(second, 1, entry(accountId, 'user.create')), await users.create(newUser(other), 1)]).toEqual(['login_taken', expect.objectContaining({ login: 'ann' })]);
      await users.create({ ...second, login: 'bob' }, 1);
      expect(await users.update(accountId, second.id, { login: 'ann' }, { nowMs: 2, audit: entry(accountId, 'user.update') })).toBe('login_taken');
      expect(await users.update(accountId, second.id, { login: 'bob' }, { nowMs: 2 })).toMatchObject({ login: 'bob', version: 2 });
      expect(await actions(accountId)).toEqual([]);
    });

    it('are changed at the version that was read', async () => {
      const { users } = use();
      const accountId = freshAccount();
      const { id } = (await users.create(newUser(accountId), 1)) as User;
      expect(await users.update(accountId, id, { name: 'B', passwordHash: 'h' }, { nowMs: 2, expectedVersion: 1 })).toMatchObject({ name: 'B', passwordHash: 'h', passwordSetAt: 2, version: 2 });
      expect(await users.update(accountId, id, { name: 'C' }, { nowMs: 3, expectedVersion: 1 })).toBe('version_conflict');
      expect(await users.update(accountId, id, { name: 'C' }, { nowMs: 3, expectedVersion: 2 })).toMatchObject({ name: 'C', passwordSetAt: 2 });
    });

    it('take their tokens with them, and their tokens may no more than they', async () => {
      const { users, tokens } = use();
      const accountId = freshAccount();
      const { id } = (await users.create(newUser(accountId), 1)) as User;
      const token = { id: `tok_u${accountId}`, sha256: sha256(`u${accountId}`), accountId, name: 't', scopes: ['hooks:write', 'events:write'], master: true, expiresAt: null, userId: id };
      expect(await tokens.create(token, 1)).toMatchObject({ userId: id, scopes: ['hooks:write'], master: true });
      await users.update(accountId, id, { master: false }, { nowMs: 2 });
      expect(tokens.find(token.sha256)).toMatchObject({ master: false, scopes: ['hooks:write'] });
      await users.update(accountId, id, { scopes: [] }, { nowMs: 2 });
      expect(tokens.find(token.sha256)).toMatchObject({ scopes: [] });
      expect(await tokens.get(accountId, token.id)).toMatchObject({ scopes: [] });
      expect([await users.delete(accountId, id), await users.delete(accountId, id)]).toEqual([true, false]);
      expect([tokens.find(token.sha256), (await tokens.list(accountId, PAGE_OF_ALL)).data]).toEqual([null, []]);
    });
  });

  describe('the audit log', () => {
    it('tells every change with who and what, newest first, to its own account', async () => {
      const { accounts, audit, eventTypes, keys, tokens, users } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      await accounts.put(accountId, 'A', 1, entry(accountId, 'account.put'));
      await users.create(newUser(accountId), 1, entry(accountId, 'user.create'));
      await tokens.create({ id: `tok_a${accountId}`, sha256: sha256(`a${accountId}`), accountId, name: 't', scopes: [], master: false, expiresAt: null }, 1, entry(accountId, 'token.create'));
      await tokens.delete(accountId, 'tok_nobody', entry(accountId, 'token.delete'));
      await tokens.delete(accountId, `tok_a${accountId}`, entry(accountId, 'token.delete', { before: { name: 't' }, after: null }));
      await eventTypes.put(accountId, { eventType: 'own', family: 'f', label: 'l', description: '', subjects: [], exportable: true, sample: '{}' }, 1, entry(accountId, 'event_type.put'));
      await keys.rotateLinkKey(accountId, 1, entry(accountId, 'link_key.rotate'));
      await users.delete(accountId, `usr_${accountId}`, entry(accountId, 'user.delete'));
      await audit.record(entry(other, 'export.create'));
      expect(await actions(accountId)).toEqual(['user.delete', 'link_key.rotate', 'event_type.put', 'token.delete', 'token.create', 'user.create', 'account.put']);
      const { data } = await audit.list(accountId, PAGE_OF_ALL, { objectKind: 'token' });
      expect(data).toEqual([
        { row: expect.any(Number), at: 1_000, accountId, ...ACTOR, action: 'token.delete', objectKind: 'token', objectId: 'x', before: { name: 't' }, after: null },
        { row: expect.any(Number), at: 1_000, accountId, ...ACTOR, action: 'token.create', objectKind: 'token', objectId: 'x', before: null, after: { n: 1, text: 'a\0b \ud800' } },
      ]);
      expect((await audit.list(accountId, PAGE_OF_ALL, { objectId: 'y' })).data).toEqual([]);
      const first = await audit.list(accountId, { limit: 5, after: null });
      expect((await audit.list(accountId, { limit: 5, after: first.next })).data.map(({ action }) => action)).toEqual(['user.create', 'account.put']);
    });

    it('forgets what is older than 90 days', async () => {
      const { audit } = use();
      const accountId = freshAccount();
      const day = 24 * 3_600_000;
      for (const age of [89, 91, 90]) await audit.record(entry(accountId, `a.${age}`, { at: 1_000 * day - age * day }));
      while (await audit.cleanUp(1_000 * day)) {
        // slice by slice
      }
      expect(await actions(accountId)).toEqual(['a.89']);
    });
  });
}
