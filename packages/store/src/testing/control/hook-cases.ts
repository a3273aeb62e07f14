import { describe, expect, it } from 'vitest';
import type { Hook } from '../../control/control-store.ts';
import { freshAccount, PAGE_OF_ALL } from './control-harness.ts';
import type { UseStore } from './control-harness.ts';

type NewHook = Omit<Hook, 'version' | 'createdAt' | 'updatedAt'>;

let nextHook = 1;
export function newHook(accountId: number): NewHook {
  return {
    id: `hok_${nextHook++}`,
    accountId,
    name: 'Orders \0 to CRM',
    active: true,
    stoppedReason: null,
    selection: {
      databaseId: null,
      events: ['click'],
      filters: { resources: [2], mailings: [], templates: [], segments: [], pixels: [] },
      customData: { fields: ['email'], template: { id: '{{uuid}}\0\ud800' } },
      includeContent: false,
      includeEventId: true,
      subjects: { click: ['mailing'] },
    },
    request: {
      type: 'kafka',
      brokers: ['k:9092'],
      topic: 't',
      tls: false,
      sasl: { mechanism: 'plain', username: 'u', password: { sealed: 'v1.x.y' } },
      key: 'profile_id',
    },
    change: 1,
    pending: [{ change: 1, action: 'activated', from: 'now' }],
    deletedAt: null,
  };
}

export function hookCases(use: UseStore): void {
  describe('hooks', () => {
    it('come back as they were made, to their own account', async () => {
      const { hooks } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      const hook = newHook(accountId);
      const made = await hooks.create(hook, 100);
      expect(made).toEqual({ ...hook, version: 1, createdAt: 100, updatedAt: 100 });
      expect([await hooks.get(accountId, hook.id), await hooks.get(other, hook.id)]).toEqual([made, null]);
      expect(await hooks.update(other, hook.id, { name: 'mine' }, { nowMs: 1 })).toBe('not_found');
      expect(await hooks.get(accountId, hook.id)).toEqual(made);
    });

    it('are listed in the order they were made, page by page, whatever is deleted meanwhile', async () => {
      const { hooks } = use();
      const accountId = freshAccount();
      const ids: string[] = [];
      for (let count = 0; count < 5; count++) ids.push((await hooks.create(newHook(accountId), 1)).id);
      await hooks.create(newHook(freshAccount()), 1);
      const first = await hooks.list(accountId, { limit: 2, after: null });
      expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
      await hooks.update(accountId, ids[1]!, { deletedAt: 5 }, { nowMs: 5 });
      const second = await hooks.list(accountId, { limit: 2, after: first.next });
      const third = await hooks.list(accountId, { limit: 2, after: second.next });
      expect([second.data, third.data].map((data) => data.map(({ id }) => id))).toEqual([ids.slice(2, 4), ids.slice(4)]);
      expect(third.next).toBeNull();
      expect((await hooks.list(accountId, PAGE_OF_ALL)).data).toHaveLength(4);
    });

    it('take a change with the version that is theirs and refuse a stale one', async () => {
      const { hooks } = use();
      const accountId = freshAccount();
      const made = await hooks.create(newHook(accountId), 100);
      const changed = await hooks.update(accountId, made.id, { name: 'New', active: false, stoppedReason: 'gone' }, { nowMs: 200, expectedVersion: 1 });
      expect(changed).toEqual({ ...made, name: 'New', active: false, stoppedReason: 'gone', version: 2, updatedAt: 200 });
      expect(await hooks.update(accountId, made.id, { name: 'Lost' }, { nowMs: 300, expectedVersion: 1 })).toBe('version_conflict');
      expect(await hooks.get(accountId, made.id)).toEqual(changed);
      expect(await hooks.update(accountId, 'hok_none', { name: 'x' }, { nowMs: 1, expectedVersion: 1 })).toBe('not_found');
    });

    it('let one of many changes with the same version through', async () => {
      const { hooks } = use();
      const accountId = freshAccount();
      const { id } = await hooks.create(newHook(accountId), 1);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => hooks.update(accountId, id, { name: `n${index}` }, { nowMs: 2, expectedVersion: 1 })),
      );
      expect(answers.filter((answer) => answer === 'version_conflict')).toHaveLength(19);
      expect((await hooks.get(accountId, id))?.version).toBe(2);
    });

    it('are gone for their owner once deleted, but stay for the relay and for bookkeeping', async () => {
      const { hooks } = use();
      const accountId = freshAccount();
      const { id } = await hooks.create(newHook(accountId), 1);
      await hooks.update(accountId, id, { deletedAt: 9, active: false, change: 2, pending: [{ change: 2, action: 'deleted' }] }, { nowMs: 9 });
      expect(await hooks.get(accountId, id)).toBeNull();
      expect(await hooks.update(accountId, id, { name: 'x' }, { nowMs: 10 })).toBe('not_found');
      expect(await hooks.update(accountId, id, { pending: [] }, { nowMs: 10, bumpVersion: false })).toMatchObject({ pending: [], version: 2, updatedAt: 9 });
      expect((await hooks.all()).find((hook) => hook.id === id)).toMatchObject({ deletedAt: 9, pending: [] });
    });

    it('tell listeners of each change, in order, until they stop', async () => {
      const { hooks } = use();
      const accountId = freshAccount();
      const seen: string[] = [];
      const stop = hooks.onChange((hook) => void (hook.accountId === accountId && seen.push(`${hook.name}/${hook.version}`)));
      const { id } = await hooks.create({ ...newHook(accountId), name: 'a' }, 1);
      await hooks.update(accountId, id, { name: 'b' }, { nowMs: 2 });
      await hooks.update(accountId, id, { change: 3 }, { nowMs: 2, bumpVersion: false });
      await hooks.update(accountId, id, { name: 'refused' }, { nowMs: 2, expectedVersion: 1 });
      stop();
      await hooks.update(accountId, id, { name: 'c' }, { nowMs: 2 });
      expect(seen).toEqual(['a/1', 'b/2', 'b/2']);
    });
  });
}
