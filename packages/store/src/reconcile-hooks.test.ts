import type { HookSelection } from '@hookline/core';
import { expect, it } from 'vitest';
import type { Hook, HookStore } from './control/control-store.ts';
import { MemoryLogBackend } from './log/memory/memory-log-backend.ts';
import { ShardLog } from './log/shard-log.ts';
import { reconcileHooks } from './reconcile-hooks.ts';
import { realClock } from './testing/real-clock.ts';

const SELECTION: HookSelection = { databaseId: null, events: ['click'], filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] }, customData: { fields: [], template: {} }, includeContent: false, includeEventId: true, subjects: {} };
const hook = (change: Partial<Hook>): Hook => ({
  id: 'hok_1', accountId: 1, name: 'h', active: true, stoppedReason: null, selection: SELECTION, request: { type: 'kafka', brokers: [], topic: 't', tls: false, key: 'profile_id' }, change: 2, pending: [], deletedAt: null,
  version: 1, createdAt: 0, updatedAt: 0, ...change,
});

/** Records that are appended for a log that holds these and control data that holds this. */
async function reconciled(records: readonly { readonly change: number; readonly action: 'version' | 'activated' | 'deactivated' | 'deleted' }[], ...stored: Hook[]): Promise<{ readonly actions: unknown[]; readonly changes: number[] }> {
  const log = await ShardLog.open({ backend: new MemoryLogBackend(0, 'l'), clock: realClock, defer: setImmediate, dedupeWindowMs: 1_000 });
  for (const record of records) await log.appendControl({ hookId: 'hok_1', accountId: 1, ...record });
  const hooks = [...stored];
  const update: HookStore['update'] = async (_accountId, id, patch) => {
    const at = hooks.findIndex((one) => one.id === id);
    return (hooks[at] = { ...(hooks[at] as Hook), ...patch });
  };
  const options = { control: { hooks: { all: async () => hooks, update } as unknown as HookStore }, logs: [log], now: () => 1 };
  await reconcileHooks(options);
  const actions = (await log.controls()).slice(records.length).map(({ record }) => [record.action, record.change, record.selection !== undefined]);
  expect(await reconcileHooks(options)).toBe(0);
  return { actions, changes: hooks.map(({ change }) => change) };
}

it.for([
  ['agree', [{ change: 2, action: 'activated' }], hook({}), []],
  ['a hook that the log does not know', [], hook({ change: 1 }), [['activated', 1, true]]],
  ['a hook that was never active', [], hook({ change: 0, active: false }), []],
  ['a new selection that the log lacks', [{ change: 1, action: 'activated' }], hook({}), [['version', 2, true]]],
  ['switched off since', [{ change: 1, action: 'activated' }], hook({ active: false }), [['deactivated', 2, false]]],
  ['deleted since', [{ change: 1, action: 'activated' }], hook({ active: false, deletedAt: 5 }), [['deleted', 2, false]]],
  ['made and deleted since', [], hook({ active: false, deletedAt: 5 }), []],
  ['switched on after the copy of the control data', [{ change: 3, action: 'activated' }], hook({ active: false }), [['deactivated', 4, false]]],
  ['changed after it', [{ change: 3, action: 'version' }], hook({}), [['version', 4, true]]],
  ['pending is finished elsewhere', [{ change: 1, action: 'activated' }], hook({ pending: [{ change: 2, action: 'version' }] }), []],
] as const)('%s', async ([, records, stored, actions]) => {
  expect((await reconciled(records, stored)).actions).toEqual(actions);
});

it('ends what nobody can reach any more, and gives out no number twice', async () => {
  expect((await reconciled([{ change: 3, action: 'activated' }])).actions).toEqual([['deleted', 4, false]]);
  expect((await reconciled([{ change: 3, action: 'version' }], hook({}))).changes).toEqual([4]);
});
