import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Token } from '../../control/control-store.ts';
import { freshAccount, PAGE_OF_ALL } from './control-harness.ts';
import type { UseStore } from './control-harness.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function newToken(accountId: number | null, text: string, more: Partial<Token> = {}) {
  return { id: `tok_${text}`, sha256: sha256(text), accountId, name: `Token ${text}`, scopes: ['events:write'], master: false, expiresAt: null, ...more };
}

export function accountCases(use: UseStore): void {
  describe('accounts', () => {
    it('are made, renamed with a new version, and found', async () => {
      const { accounts } = use();
      const id = freshAccount();
      expect([accounts.exists(id), await accounts.get(id)]).toEqual([false, null]);
      expect(await accounts.put(id, 'First', 100)).toEqual({ account: { id, name: 'First', retentionDays: null, retentionBytes: null, version: 1, createdAt: 100, updatedAt: 100 }, created: true });
      expect(accounts.exists(id)).toBe(true);
      const renamed = { id, name: 'Second', retentionDays: null, retentionBytes: null, version: 2, createdAt: 100, updatedAt: 200 };
      expect(await accounts.put(id, 'Second', 200)).toEqual({ account: renamed, created: false });
      expect(await accounts.get(id)).toEqual(renamed);
    });

    it('may have a retention of their own, which a renaming leaves alone', async () => {
      const { accounts } = use();
      const id = freshAccount();
      await accounts.put(id, 'First', 1, undefined, { retentionDays: 30 });
      expect(await accounts.put(id, 'Second', 2)).toMatchObject({ account: { retentionDays: 30, retentionBytes: null } });
      expect(accounts.retentions().get(id)).toEqual({ retentionDays: 30, retentionBytes: null });
      await accounts.put(id, 'Third', 3, undefined, { retentionDays: null });
      expect(accounts.retentions().has(id)).toBe(false);
    });

    it.each(['', 'Ärger 😀', 'a\0b', '\u0001"x"', 'lone \ud800 half', `quote ' " \\ ;--`])('keep the name %j exactly', async (name) => {
      const { accounts } = use();
      const id = freshAccount();
      await accounts.put(id, name, 1);
      expect((await accounts.get(id))?.name).toBe(name);
    });
  });

  describe('tokens', () => {
    it('are found by their hash from memory, an expired one too', async () => {
      const { tokens } = use();
      const accountId = freshAccount();
      const made = await tokens.create(newToken(accountId, `t${accountId}`, { master: true, expiresAt: 5 }), 100);
      expect(made).toEqual({
        id: `tok_t${accountId}`,
        accountId,
        name: `Token t${accountId}`,
        scopes: ['events:write'],
        master: true,
        expiresAt: 5,
        userId: null,
        version: 1,
        createdAt: 100,
        updatedAt: 100,
      });
      expect(tokens.find(sha256(`t${accountId}`))).toEqual(made);
      expect(tokens.find(sha256('another'))).toBeNull();
    });

    it('are listed within their account, in the order they were made, page by page', async () => {
      const { tokens } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      for (const name of ['c', 'a', 'b']) await tokens.create(newToken(accountId, `${name}${accountId}`), 1);
      await tokens.create(newToken(other, `o${other}`), 1);
      const first = await tokens.list(accountId, { limit: 2, after: null });
      expect(first.data.map(({ id }) => id)).toEqual([`tok_c${accountId}`, `tok_a${accountId}`]);
      const second = await tokens.list(accountId, { limit: 2, after: first.next });
      expect([second.data.map(({ id }) => id), second.next]).toEqual([[`tok_b${accountId}`], null]);
    });

    it('end at once when deleted, by their own account only', async () => {
      const { tokens } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      const { id } = await tokens.create(newToken(accountId, `d${accountId}`), 1);
      expect(await tokens.delete(other, id)).toBe(false);
      expect(tokens.find(sha256(`d${accountId}`))).not.toBeNull();
      expect([await tokens.delete(accountId, id), await tokens.delete(accountId, id)]).toEqual([true, false]);
      expect(tokens.find(sha256(`d${accountId}`))).toBeNull();
      expect((await tokens.list(accountId, PAGE_OF_ALL)).data).toEqual([]);
    });

    it('refuse a hash or an id that is there', async () => {
      const { tokens } = use();
      const accountId = freshAccount();
      await tokens.create(newToken(accountId, `u${accountId}`), 1);
      await expect(tokens.create(newToken(accountId, `u${accountId}`), 1)).rejects.toMatchObject({ code: 'invariant_broken' });
    });
  });

  describe('event types', () => {
    it('are an account’s own, replaced by name', async () => {
      const { eventTypes } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      const row = {
        eventType: 'zz_bought',
        family: 'custom',
        label: 'Bought',
        description: 'a\0b',
        subjects: ['resource'],
        exportable: true,
        sample: '{}',
      } as const;
      const later = { ...row, eventType: 'aa_seen', exportable: false };
      expect(await eventTypes.put(accountId, row, 1)).toEqual({ row, created: true });
      expect(await eventTypes.put(accountId, later, 1)).toEqual({ row: later, created: true });
      expect(await eventTypes.put(accountId, { ...row, label: 'Paid' }, 2)).toEqual({ row: { ...row, label: 'Paid' }, created: false });
      expect([eventTypes.ofAccount(accountId), eventTypes.ofAccount(other)]).toEqual([[later, { ...row, label: 'Paid' }], []]);
    });
  });

  describe('pixels', () => {
    it('keep the sid they were made with', async () => {
      const { pixels } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      const pixel = { id: 7, sid: `sid${accountId}`, name: 'Shop', databaseId: 12, domain: null, active: true };
      expect(await pixels.bySid(pixel.sid)).toBeNull();
      const made = { ...pixel, accountId, version: 1, createdAt: 1, updatedAt: 1 };
      expect(await pixels.put(accountId, pixel, 1)).toEqual({ pixel: made, created: true });
      expect([await pixels.bySid(pixel.sid), await pixels.get(accountId, 7), await pixels.get(other, 7)]).toEqual([made, made, null]);
      const changed = { ...made, name: 'Shop 2', domain: 'shop.example', active: false, version: 2, updatedAt: 2 };
      expect(await pixels.put(accountId, { ...pixel, sid: 'another', name: 'Shop 2', domain: 'shop.example', active: false }, 2)).toEqual({
        pixel: changed,
        created: false,
      });
      expect([await pixels.bySid(pixel.sid), await pixels.bySid('another')]).toEqual([changed, null]);
    });

    it('are listed by id, and the last changed ones of all accounts', async () => {
      const { pixels } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      const put = (account: number, id: number, at: number) => pixels.put(account, { id, sid: `${account}-${id}`, name: 'p', databaseId: 3, domain: null, active: true }, at);
      for (const [account, id, at] of [[accountId, 30, 9_001], [accountId, 4, 9_002], [other, 5, 9_003], [accountId, 100, 9_004]] as const) await put(account, id, at);
      const first = await pixels.list(accountId, { limit: 2, after: null });
      const second = await pixels.list(accountId, { limit: 2, after: first.next });
      expect([first, second].map(({ data, next }) => [data.map(({ id }) => id), next])).toEqual([[[4, 30], '30'], [[100], null]]);
      expect((await pixels.recent(3)).map(({ sid }) => sid)).toEqual([`${accountId}-100`, `${other}-5`, `${accountId}-4`]);
    });

    it('that are deleted are nobody\'s, at once', async () => {
      const { pixels } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      const pixel = { id: 7, sid: `gone-${accountId}`, name: 'p', databaseId: 3, domain: null, active: true };
      await pixels.put(accountId, pixel, 1);
      expect((await pixels.bySid(pixel.sid))?.id).toBe(7);
      expect([await pixels.delete(other, 7), await pixels.delete(accountId, 7), await pixels.delete(accountId, 7)]).toEqual([false, true, false]);
      expect([await pixels.bySid(pixel.sid), await pixels.get(accountId, 7)]).toEqual([null, null]);
    });
  });
}
