import { afterEach, beforeEach, expect, it } from 'vitest';
import { realClock } from '../../testing/real-clock.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { holdAllSlots } from '../shared/hold-all-slots.ts';
import { openSharedLogOn, type SharedLog } from '../shared/open-shared-log.ts';
import { SLOT_COUNT, slotOf } from '../shared/slot-of.ts';
import { ShardLog } from '../shard-log.ts';
import { SqlLogBackend } from '../sql/sql-log-backend.ts';
import type { SqlExecutor } from '../sql/sql-executor.ts';
import { WINDOW_MS } from './log-harness.ts';
import { draft, laneOp, unit } from './sample-rows.ts';

/** One database that several processes open. */
export interface SharedHarness {
  executor(): SqlExecutor;
  remove(): Promise<void>;
}

const LONG_MS = 60_000;
const SHORT_MS = 300;
const ALL = Array.from({ length: SLOT_COUNT }, (_, slot) => slot);
/** Accounts of two slots. */
const [ANN, BOB] = [1, 2] as const;

/** A batch that took place, though whoever sent it hears nothing of it. */
function losesAnswers(executor: SqlExecutor, lose: () => boolean): SqlExecutor {
  const batch: SqlExecutor['batch'] = async (statements, kind) => {
    await executor.batch(statements, kind);
    if (lose()) throw new TypeError('the answer was lost');
  };
  return new Proxy(executor, {
    get(target, name) {
      const value: unknown = name === 'batch' ? batch : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Several processes on one shard: leases, fences, and what each of them sees. `manyWriters`: they may also write at the same moment. */
export function sharedCases(makeHarness: () => Promise<SharedHarness>, { manyWriters }: { readonly manyWriters: boolean }): void {
  let harness: SharedHarness;
  let appender: ShardLog;
  let first: SharedLog;
  let second: SharedLog;
  let losing = false;
  beforeEach(async () => {
    harness = await makeHarness();
    losing = false;
    appender = await ShardLog.open({ backend: new SqlLogBackend(0, harness.executor()), clock: realClock, defer: setImmediate, dedupeWindowMs: WINDOW_MS });
    first = await openSharedLogOn(losesAnswers(harness.executor(), () => losing), { shard: 0, writer: 'first', clock: realClock });
    second = await openSharedLogOn(harness.executor(), { shard: 0, writer: 'second', clock: realClock });
  });
  afterEach(async () => {
    losing = false;
    await Promise.all([first.close(), second.close(), appender.close()]);
    await harness.remove();
  });
  const tokensOf = async (log: SharedLog, relay: string, take: readonly number[], leaseMs = LONG_MS): Promise<ReadonlyMap<number, number>> => {
    const { slots } = await log.slots.round({ relay, leaseMs, take, give: [] });
    return new Map(slots.filter((lease) => lease.relay === relay).map(({ slot, token }) => [slot, token]));
  };
  const matched = (accountId: number, laneId: string): ReturnType<typeof laneOp> => laneOp({ laneId, hookId: laneId, accountId, add: { matched: 1 } });
  const matchedOf = async (laneId: string): Promise<number> => (await appender.snapshot([laneId])).get(laneId)?.matched ?? 0;

  it('leases a slot to one relay at a time', async () => {
    expect((await tokensOf(first, 'r1', ALL)).size).toBe(SLOT_COUNT);
    expect((await tokensOf(second, 'r2', ALL)).size).toBe(0);
    const { relays } = await second.slots.round({ relay: 'r2', leaseMs: LONG_MS, take: [], give: [] });
    expect(relays).toEqual(['r1', 'r2']);
    await first.slots.round({ relay: 'r1', leaseMs: LONG_MS, take: [], give: [3, 7] });
    expect([...(await tokensOf(second, 'r2', ALL)).keys()]).toEqual([3, 7]);
  });

  it('lets a lease end by the clock of the database, and gives it out with another token', async () => {
    const before = await tokensOf(first, 'r1', [5], SHORT_MS);
    await waitFor(async () => (await tokensOf(second, 'r2', [5])).has(5));
    expect((await tokensOf(second, 'r2', [])).get(5)).toBeGreaterThan(before.get(5) as number);
    const { relays, slots } = await first.slots.round({ relay: 'r1', leaseMs: LONG_MS, take: [5], give: [] });
    expect(relays).toEqual(['r1', 'r2']);
    expect(slots[5]).toMatchObject({ relay: 'r2' });
  });

  it('gives everything back when a relay leaves', async () => {
    await tokensOf(first, 'r1', ALL);
    await first.slots.leave('r1');
    const { relays, slots } = await second.slots.round({ relay: 'r2', leaseMs: LONG_MS, take: [], give: [] });
    expect(relays).toEqual(['r2']);
    expect(slots.every(({ relay }) => relay === null)).toBe(true);
  });

  it('keeps relays out of a shard that one process delivers alone, also after it was killed', async () => {
    const hold = (log: SharedLog) => holdAllSlots(log.slots, realClock);
    // Killed: it never gave them back.
    const leaveLate = await hold(first);
    const leave = await hold(second);
    expect((await tokensOf(first, 'r1', ALL)).size).toBe(0);
    await leave();
    expect((await tokensOf(first, 'r1', ALL)).size).toBe(SLOT_COUNT);
    await expect(hold(second)).rejects.toMatchObject({ code: 'config_invalid' });
    await leaveLate();
  });

  it('takes no change of a lane from who has lost its slot, and what stands beside it all the same', async () => {
    const part = first.part(await tokensOf(first, 'r1', [slotOf(ANN), slotOf(BOB)], SHORT_MS));
    await part.commit([matched(ANN, 'hok_a')]);
    await waitFor(async () => (await tokensOf(second, 'r2', [slotOf(ANN)])).size > 0);
    const [lost, kept] = await Promise.allSettled([part.commit([matched(ANN, 'hok_a')]), part.commit([matched(BOB, 'hok_b')])]);
    expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'lane_lost' } });
    expect(kept.status).toBe('fulfilled');
    expect([await matchedOf('hok_a'), await matchedOf('hok_b')]).toEqual([1, 1]);
    const others = second.part(await tokensOf(second, 'r2', []));
    await others.commit([matched(ANN, 'hok_a')]);
    await expect(others.commit([matched(BOB, 'hok_b')])).rejects.toMatchObject({ code: 'lane_lost' });
    expect([await matchedOf('hok_a'), await matchedOf('hok_b')]).toEqual([2, 1]);
  });

  it('does nothing twice whose answer was lost', async () => {
    const part = first.part(await tokensOf(first, 'r1', ALL));
    await part.commit([matched(ANN, 'hok_a')]);
    losing = true;
    const commits = [part.commit([matched(ANN, 'hok_a')]), part.commit([matched(BOB, 'hok_b')])];
    await waitFor(async () => (await matchedOf('hok_b')) === 1);
    losing = false;
    await Promise.all(commits);
    expect([await matchedOf('hok_a'), await matchedOf('hok_b')]).toEqual([2, 1]);
  });

  if (manyWriters)
    it('lets the appender and the lanes commit beside each other', async () => {
      const part = first.part(await tokensOf(first, 'r1', ALL));
      await Promise.all(Array.from({ length: 20 }, async (_, i) => Promise.all([appender.append({ events: [draft({ callerId: `e${i}` })] }), part.commit([matched(ANN, 'hok_a')])])));
      expect([appender.end(), await matchedOf('hok_a')]).toEqual([20, 20]);
    });

  it('shows a part what is of its accounts, and all that was appended', async () => {
    const part = first.part(await tokensOf(first, 'r1', [slotOf(ANN)]));
    const told: number[] = [];
    part.onAppend((end) => told.push(end));
    await appender.append({ events: [draft({ accountId: ANN }), draft({ accountId: BOB }), draft({ accountId: ANN })] });
    expect(part.end()).toBe(0);
    await first.log.look();
    expect([part.end(), told]).toEqual([3, [3]]);
    const page = await part.read(0, { rowsMax: 10, bytesMax: 1 << 20 });
    expect([page.through, page.rows.map(({ position }) => position)]).toEqual([3, [1, 3]]);
    await appender.append({ events: [draft({ accountId: ANN })] });
    await first.log.look();
    expect((await part.read(1, { rowsMax: 2, bytesMax: 1 << 20 })).rows.map(({ position }) => position)).toEqual([3]);
    expect((await part.read(3, { rowsMax: 2, bytesMax: 1 << 20 })).rows.map(({ position }) => position)).toEqual([4]);
    part.leave([slotOf(ANN)]);
    expect((await part.read(0, { rowsMax: 10, bytesMax: 1 << 20 })).rows).toEqual([]);
  });

  it('keeps for each slot how far its lanes were matched, and takes lanes and units up from there', async () => {
    await appender.commit([{ op: 'scanned', position: 2 }]);
    const tokens = await tokensOf(first, 'r1', [slotOf(ANN), slotOf(BOB)]);
    const part = first.part(tokens);
    part.leave([slotOf(BOB)]);
    await part.commit([matched(ANN, 'hok_a'), { op: 'unit', unit: unit({ laneId: 'hok_a', hookId: 'hok_a', accountId: ANN }) }, { op: 'scanned', position: 9 }]);
    await part.commit([matched(BOB, 'hok_b')]);
    expect([await appender.scanned(ANN), await appender.scanned(BOB)]).toEqual([9, 2]);
    const next = second.part(tokens);
    expect((await next.load()).scanned).toBe(2);
    const alone = second.part(new Map([[slotOf(ANN), tokens.get(slotOf(ANN)) as number]]));
    expect(await alone.load()).toMatchObject({ scanned: 9, lanes: [{ laneId: 'hok_a' }], units: [{ laneId: 'hok_a' }] });
    expect(await appender.history.laneEdge('hok_none', ANN)).toMatchObject({ assigned: 9 });
  });

  it('keeps apart how far the parts of one process have come', async () => {
    const tokens = await tokensOf(first, 'r1', [slotOf(ANN), slotOf(BOB)]);
    const partOf = (accountId: number) => first.part(new Map([[slotOf(accountId), tokens.get(slotOf(accountId)) as number]]));
    await Promise.all([partOf(BOB).commit([{ op: 'scanned', position: 3 }]), partOf(ANN).commit([{ op: 'scanned', position: 8 }])]);
    expect([await appender.scanned(ANN), await appender.scanned(BOB)]).toEqual([8, 3]);
  });

  it('lets one process change an export: who has the later token', async () => {
    const before = await first.lane('exp_1', 3);
    const ops = [laneOp({ laneId: 'exp_1', add: { matched: 1 } })];
    await before.commit(ops);
    const now = await second.lane('exp_1', 4);
    await expect(before.commit(ops)).rejects.toMatchObject({ code: 'lane_lost' });
    await now.commit(ops);
    await first.lane('exp_1', 3);
    await now.commit(ops);
    expect(await matchedOf('exp_1')).toBe(3);
  });

  it('keeps requests to send dead events again until somebody has taken them up', async () => {
    await appender.commit([{ op: 'redrive_asked', accountId: ANN, hookId: 'hok_a', laneId: 'hok_a', ids: [1, 2] }]);
    await first.log.commit([{ op: 'redrive_asked', accountId: ANN, hookId: 'hok_a', laneId: 'exp_1', ids: [3] }]);
    const asked = await second.log.redrives();
    expect(asked).toMatchObject([{ accountId: ANN, hookId: 'hok_a', laneId: 'hok_a', ids: [1, 2] }, { laneId: 'exp_1', ids: [3] }]);
    await second.log.endRedrive(asked[0]?.id as number);
    expect(await first.log.redrives()).toHaveLength(1);
  });

  it('removes nothing that some slot has still to be matched against', async () => {
    await appender.append({ events: [draft(), draft(), draft()] });
    const part = first.part(await tokensOf(first, 'r1', ALL));
    const later = realClock.now() + WINDOW_MS * 2;
    const retention = { eventsMs: 0, attemptsMs: null, deadLettersMs: null };
    await appender.cleanUp(later, retention);
    expect(await appender.readAt([1, 2, 3])).toHaveLength(3);
    await part.commit([{ op: 'scanned', position: 2 }]);
    await appender.cleanUp(later, retention);
    expect((await appender.readAt([1, 2, 3])).map(({ position }) => position)).toEqual([3]);
  });
}
