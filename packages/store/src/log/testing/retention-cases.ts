import { describe, expect, it } from 'vitest';
import type { ShardLog } from '../shard-log.ts';
import { appendAll, type LogBench, WINDOW_MS } from './log-harness.ts';
import { draft, laneOp, START_MS, unit } from './sample-rows.ts';

const ALL = { rowsMax: 1_000, bytesMax: 1 << 20 };
const FOR_EVER = { eventsMs: null, attemptsMs: null, deadLettersMs: null };

async function cleanUpAll(log: ShardLog, nowMs: number, retention = FOR_EVER as Parameters<ShardLog['cleanUp']>[1]): Promise<number> {
  let slices = 1;
  while (await log.cleanUp(nowMs, retention)) slices++;
  return slices;
}

const dead = (position: number, diedAt: number) =>
  ({ op: 'dead', row: { laneId: 'hok_1', hookId: 'hok_1', accountId: 1, position, eventId: 'e', deliveryId: 'd', round: 0, code: 'http_400', message: '', attempts: 1, diedAt, redrive: 0 } }) as const;

export function retentionCases(use: () => LogBench): void {
  it('forgets idempotent requests outside the window, slice by slice, and no other', async () => {
    const { log, clock, backend } = use();
    const send = (key: string) => log.append({ events: [draft()], idempotency: { accountId: 1, path: '/p', key, bodyHash: 'h', answer: () => 'a' } });
    for (let i = 0; i < 450; i++) {
      clock.nowMs++;
      await send(`old-${i}`);
    }
    clock.nowMs += WINDOW_MS;
    await send('young');
    expect(await cleanUpAll(log, clock.nowMs + 1)).toBeGreaterThan(2);
    expect(await backend.backend.idempotent(1, '/p', 'old-0')).toBeNull();
    expect(await backend.backend.idempotent(1, '/p', 'old-449')).toBeNull();
    expect(await send('young')).toMatchObject({ kind: 'replay' });
    expect(log.end()).toBe(451);
  });

  it('forgets attempts and dead letters that are older than they are kept', async () => {
    const { log } = use();
    await appendAll(log, [draft(), draft()]);
    const attempt = (startedAt: number) => ({ deliveryId: 'd', attempt: 1, outcome: 'failed', events: 1, startedAt, durationMs: 1 }) as const;
    for (let i = 0; i < 3; i++) await log.commit([{ op: 'attempts', hookId: 'hok_1', rows: [attempt(START_MS + i)] }, dead(1, START_MS + i)]);
    expect(await cleanUpAll(log, START_MS + 1_000)).toBe(1);
    expect((await log.attempts('hok_1', { limit: 10, after: null })).data).toHaveLength(3);
    await cleanUpAll(log, START_MS + 1_001, { eventsMs: null, attemptsMs: 1_000, deadLettersMs: 999 });
    expect((await log.attempts('hok_1', { limit: 10, after: null })).data.map((a) => a.startedAt - START_MS)).toEqual([2, 1]);
    expect((await log.deadLetters('hok_1', { limit: 10, after: null })).data.map((d) => d.diedAt - START_MS)).toEqual([2]);
  });

  it('removes old events, and never one that somebody needs or may ask for', async () => {
    const bench = use();
    const { log, clock } = bench;
    for (let i = 0; i < 30; i++) await appendAll(log, Array.from({ length: 20 }, () => draft()));
    await log.appendControl({ hookId: 'hok_1', accountId: 1, change: 1, action: 'activated' });
    await log.commit([dead(5, clock.nowMs), laneOp({ behind: true, assigned: 500 }), { op: 'unit', unit: unit({ positions: [450, 451] }) }, { op: 'scanned', position: 601 }]);
    clock.nowMs += WINDOW_MS + 1;
    await appendAll(log, [draft()]);
    const positions = async (): Promise<number[]> => (await log.read(0, ALL)).rows.map((row) => row.position);
    await cleanUpAll(log, clock.nowMs, { ...FOR_EVER, eventsMs: 0 });
    expect(await positions()).toEqual([5, ...Array.from({ length: 153 }, (_, i) => 450 + i)]);
    await log.commit([{ op: 'unit_gone', key: 'u1' }]);
    await cleanUpAll(log, clock.nowMs, { ...FOR_EVER, eventsMs: 0 });
    expect(await positions()).toEqual([5, ...Array.from({ length: 102 }, (_, i) => 501 + i)]);
    await log.commit([laneOp({ behind: false }), { op: 'scanned', position: 602 }]);
    await cleanUpAll(log, clock.nowMs, { eventsMs: 0, attemptsMs: null, deadLettersMs: 0 });
    await cleanUpAll(log, clock.nowMs, { eventsMs: 0, attemptsMs: null, deadLettersMs: 0 });
    expect(await positions()).toEqual([601, 602]);
    expect(await log.readAt([500, 602])).toHaveLength(1);
    expect((await (await bench.open()).read(0, ALL)).rows.map((row) => row.position)).toEqual([601, 602]);
  });

  it('never gives a place again, though every row is gone', async () => {
    const bench = use();
    await appendAll(bench.log, [draft(), draft({ callerId: 'a' })]);
    await bench.log.commit([{ op: 'scanned', position: 2 }]);
    bench.clock.nowMs += WINDOW_MS + 1;
    await cleanUpAll(bench.log, bench.clock.nowMs, { ...FOR_EVER, eventsMs: 0 });
    expect((await bench.log.read(0, ALL)).rows).toEqual([]);
    const reopened = await bench.open();
    expect(reopened.end()).toBe(2);
    expect(await reopened.findEvent(1, 'a')).toBeNull();
    expect((await appendAll(reopened, [draft({ callerId: 'a' })]))[0]).toMatchObject({ status: 'accepted', position: 3 });
  });

  it('drops id runs whose events are gone', async () => {
    const bench = use();
    const log = await bench.open({ idsPerRun: 10 });
    for (let i = 0; i < 40; i++) await appendAll(log, [draft({ callerId: `id-${i}` })]);
    const runs = await bench.backend.backend.idRuns(0);
    expect(runs.length).toBeGreaterThan(1);
    await log.commit([{ op: 'scanned', position: 40 }]);
    bench.clock.nowMs += WINDOW_MS + 1;
    await appendAll(log, [draft({ callerId: 'id-1' })]);
    for (let i = 0; i < runs.length + 2; i++) await cleanUpAll(log, bench.clock.nowMs, { ...FOR_EVER, eventsMs: 0 });
    expect((await bench.backend.backend.idRuns(0)).filter((run) => run.through <= 40)).toEqual([]);
    expect(await bench.backend.backend.idRunPart(1, 0)).toBeNull();
    expect((await appendAll(log, [draft({ callerId: 'id-1' })]))[0]).toMatchObject({ status: 'duplicate', position: 41 });
  });

  describe('of the blocks that are counted', () => {
    /** Three blocks and a bit, accounts 1 and 2 in turn. */
    async function fill(log: ShardLog): Promise<void> {
      for (let i = 0; i < 25; i++) await appendAll(log, Array.from({ length: 512 }, (_, n) => draft({ accountId: 1 + (n % 2) })));
      while (await log.history.mapNextBlock());
      await log.commit([{ op: 'scanned', position: log.end() }]);
    }
    const left = async (log: ShardLog, accountId: number): Promise<number[]> => {
      const positions: number[] = [];
      for (let after = 0; after < log.end(); ) {
        const page = await log.read(after, ALL);
        positions.push(...page.rows.filter((row) => row.accountId === accountId).map((row) => row.position));
        after = page.through;
      }
      return positions;
    };
    const allOf = (accountId: number): number[] => Array.from({ length: 6_400 }, (_, i) => 2 * i + accountId);

    it('removes what is older than it is kept of its account, and of no other', async () => {
      const { log, clock } = use();
      await fill(log);
      await log.commit([dead(9, clock.nowMs)]);
      clock.nowMs += 2 * WINDOW_MS;
      const retention = { ...FOR_EVER, eventsMs: 0, ofAccount: new Map([[2, { eventsMs: 10 * WINDOW_MS }]]) };
      expect(await cleanUpAll(log, clock.nowMs, retention)).toBeGreaterThan(20);
      expect(await left(log, 1)).toEqual([9]);
      expect(await left(log, 2)).toEqual(allOf(2));
    });

    it('removes the oldest blocks of an account that has more than is kept of it', async () => {
      const { log, clock, backend } = use();
      await fill(log);
      const [one] = await backend.backend.mappedAccounts(true);
      const ofBlock = (await backend.backend.bytesOfBlocks(1))[0]?.bytes as number;
      expect(one).toEqual({ accountId: 1, firstBlock: 0, bytes: 3 * ofBlock });
      await cleanUpAll(log, clock.nowMs, { ...FOR_EVER, ofAccount: new Map([[1, { eventsMs: null, eventBytesMax: 3 * ofBlock - 1 }]]) });
      expect(await left(log, 1)).toEqual(allOf(1).filter((position) => position > 4_096));
      expect(await left(log, 2)).toEqual(allOf(2));
      expect((await backend.backend.mappedAccounts(true))[0]).toEqual({ accountId: 1, firstBlock: 1, bytes: 2 * ofBlock });
    });

    it('takes no more than it is given room for', async () => {
      const { log, clock } = use();
      await fill(log);
      await log.commit([{ op: 'unit', unit: unit({ positions: [101, 103] }) }]);
      const asked: number[][] = [];
      const cleanUp = async (makeRoom: (accountId: number, through: number) => Promise<void>): Promise<void> => {
        while (await log.cleanUp(clock.nowMs, { ...FOR_EVER, eventBytesMax: 1 }, makeRoom));
      };
      await cleanUp(async (...asks) => void asked.push(asks));
      expect(asked).toEqual([[1, 3 * 4_096]]);
      expect(await left(log, 1)).toEqual(allOf(1).filter((position) => position >= 101));
      expect(await left(log, 2)).toEqual(allOf(2).filter((position) => position > 3 * 4_096));
      await cleanUp(() => log.commit([{ op: 'unit_gone', key: 'u1' }]));
      expect(await left(log, 1)).toEqual(allOf(1).filter((position) => position > 3 * 4_096));
    });
  });
}
