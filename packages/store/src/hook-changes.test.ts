import { type HookSelection, HooklineError } from '@hookline/core';
import { describe, expect, it } from 'vitest';
import type { Hook, HookStore } from './control/control-store.ts';
import { HookChanges, type HookDraft } from './hook-changes.ts';
import { MemoryLogBackend } from './log/memory/memory-log-backend.ts';
import { ShardLog } from './log/shard-log.ts';
import { realClock } from './testing/real-clock.ts';

const SELECTION: HookSelection = { databaseId: null, events: ['click'], filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] }, customData: { fields: [], template: {} }, includeContent: false, includeEventId: true, subjects: {} };
const DRAFT: HookDraft = { id: 'hok_1', accountId: 1, name: 'h', active: true, selection: SELECTION, request: { type: 'kafka', brokers: [], topic: 't', tls: false, key: 'profile_id' } };

/** Control data with one hook, and two shards of which the second may be away. */
async function rig() {
  let hook: Hook | null = null;
  const create: HookStore['create'] = async (made) => (hook = { ...made, version: 1, createdAt: 0, updatedAt: 0 });
  const update: HookStore['update'] = async (_accountId, _id, patch, { expectedVersion, bumpVersion = true }) => {
    const before = hook as Hook;
    if (expectedVersion !== undefined && before.version !== expectedVersion) return 'version_conflict';
    return (hook = { ...before, ...patch, version: before.version + (bumpVersion ? 1 : 0) });
  };
  const hooks = { create, update, get: async () => hook, all: async () => (hook ? [hook] : []) } as unknown as HookStore;
  const logs = await Promise.all([0, 1].map((shard) => ShardLog.open({ backend: new MemoryLogBackend(shard, `log${shard}`), clock: realClock, defer: setImmediate, dedupeWindowMs: 1_000 })));
  const state = { away: true };
  const second = logs[1] as ShardLog;
  const reached = new Proxy(second, {
    get(target, name) {
      if (name === 'appendControl' && state.away) return () => Promise.reject(new HooklineError('store_unavailable', 'away'));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const options = { control: { hooks }, logs: [logs[0] as ShardLog, reached], now: () => 1, openEvents: async () => 0 };
  const records = async (): Promise<unknown[]> => Promise.all(logs.map(async (log) => (await log.controls()).map(({ record }) => `${record.change} ${record.action}`)));
  return { state, records, changes: new HookChanges(options), elsewhere: new HookChanges(options), hook: () => hook as unknown as Hook };
}

describe('a change of a hook while a shard cannot be reached', () => {
  it('is no failure, stays pending, and is brought there later, once', async () => {
    const { state, records, changes, hook } = await rig();
    expect((await changes.create(DRAFT)).pending).toHaveLength(1);
    await changes.finishPending();
    expect(await records()).toEqual([['1 activated'], []]);
    state.away = false;
    await changes.finishPending();
    expect(await records()).toEqual([['1 activated'], ['1 activated']]);
    expect(hook().pending).toEqual([]);
  });

  it('comes before the changes that were made after it', async () => {
    const { state, records, changes, hook } = await rig();
    await changes.create(DRAFT);
    await changes.update(hook(), { ...DRAFT, selection: { ...SELECTION, events: ['open'] } }, null);
    await changes.deactivate(hook());
    expect(hook().pending).toHaveLength(3);
    state.away = false;
    await changes.finishPending();
    expect(await records()).toEqual([['1 activated', '2 version', '3 deactivated'], ['1 activated', '2 version', '3 deactivated']]);
  });

  it('is finished by any process, and takes no change of another off the list', async () => {
    const { state, records, changes, elsewhere, hook } = await rig();
    await changes.create(DRAFT);
    await elsewhere.deactivate(hook());
    expect(hook().pending.map(({ action }) => action)).toEqual(['activated', 'deactivated']);
    state.away = false;
    await elsewhere.finishPending();
    expect(hook().pending).toEqual([]);
    expect((await records())[1]).toEqual(['1 activated', '2 deactivated']);
  });
});
