import { expect, it } from 'vitest';
import type { AttemptRow, DeadRow, LaneOp } from '../lane-store.ts';
import { appendAll, type LogBench } from './log-harness.ts';
import { draft, laneOp, START_MS, unit } from './sample-rows.ts';

const HOLD = { since: START_MS, probes: 2, nextProbeAt: START_MS + 15_000, code: 'timeout', message: 'no answer' } as const;

const deadOp = (n: number, hookId = 'hok_1'): LaneOp => ({
  op: 'dead', row: { laneId: hookId, hookId, accountId: 1, position: n, eventId: `e${n}`, deliveryId: `dlv_${n}`, round: 1, code: 'http_400', message: 'no "thanks"', attempts: 4, diedAt: START_MS + n, redrive: 0 },
});

const HOUR_MS = 3_600_000;
const deadAtTime = (diedAt: number): LaneOp => {
  const { row } = deadOp(1) as Extract<LaneOp, { op: 'dead' }>;
  return { op: 'dead', row: { ...row, diedAt } };
};

const attempt = (n: number): AttemptRow => ({ deliveryId: `dlv_${n}`, attempt: n, outcome: 'delivered', events: 1, startedAt: START_MS + n, durationMs: n });

export function laneCases(use: () => LogBench): void {
  it('adds numbers up and takes everything else as the new value', async () => {
    const bench = use();
    await appendAll(bench.log, Array.from({ length: 20 }, () => draft()));
    await bench.log.commit([laneOp({ assigned: 3, round: 1, change: 2, add: { matched: 5, attempts: 1 } })]);
    await bench.log.commit([laneOp({ behind: true, hold: HOLD, add: { matched: 2, delivered: 1 } }), laneOp({ assigned: 9, add: { dead: 1, cancelled: 2, expired: 3 } })]);
    const lane = { laneId: 'hok_1', hookId: 'hok_1', accountId: 1, assigned: 9, behind: true, round: 1, change: 2, hold: HOLD, matched: 7, delivered: 1, dead: 1, cancelled: 2, expired: 3, attempts: 1 };
    expect((await bench.log.load()).lanes).toEqual([lane]);
    expect((await (await bench.open()).load()).lanes).toEqual([lane]);
  });

  it('lets patient changes join a commit that is made anyway, in their order, and makes one for them where there is none', async () => {
    const bench = use();
    const { log, backend } = bench;
    const assigned = async (): Promise<number | undefined> => (await log.load()).lanes[0]?.assigned;
    await appendAll(log, Array.from({ length: 9 }, () => draft()));
    await log.commit([laneOp({ assigned: 1 })]);
    const before = backend.commits;
    const patient = Promise.all([log.commit([laneOp({ assigned: 2 })], { patient: true }), log.commit([laneOp({ assigned: 3 })], { patient: true })]);
    await Promise.all([patient, log.commit([{ op: 'scanned', position: 5 }])]);
    expect([backend.commits - before, await assigned(), await log.scanned(1)]).toEqual([1, 3, 5]);
    await log.commit([laneOp({ assigned: 4 })], { patient: true });
    expect([backend.commits - before, await assigned()]).toEqual([2, 4]);
    const last = log.commit([laneOp({ assigned: 5 })], { patient: true });
    await bench.open();
    await last;
    expect((await bench.log.load()).lanes[0]?.assigned).toBe(5);
  });

  it('names lanes of exports about which nothing can change any more, and forgets lanes', async () => {
    const bench = use();
    const lane = (laneId: string): LaneOp => ({ op: 'lane', laneId, hookId: 'hok_1', accountId: 1, add: { matched: 1 } });
    const dead = deadOp(3) as Extract<LaneOp, { op: 'dead' }>;
    await bench.log.commit([lane('hok_1'), lane('exp_a'), lane('exp_b'), lane('exp_c'), lane('exp_d'), { op: 'unit', unit: unit({ laneId: 'exp_b', positions: [1] }) }, { op: 'dead', row: { ...dead.row, laneId: 'exp_c' } }]);
    expect(await bench.log.restingExportLanes(10)).toEqual(['exp_a', 'exp_d']);
    expect(await bench.log.restingExportLanes(1)).toEqual(['exp_a']);
    await bench.log.commit([{ op: 'lane_gone', laneId: 'exp_a' }]);
    await bench.nowAndAfterStart(async (log) => {
      expect(await log.restingExportLanes(10)).toEqual(['exp_d']);
      expect([...(await log.snapshot(['exp_a', 'exp_d', 'hok_1'])).keys()].sort()).toEqual(['exp_d', 'hok_1']);
    });
  });

  it('tells a hold that ends from one that is not spoken of', async () => {
    const { log } = use();
    await log.commit([laneOp({ hold: HOLD })]);
    await log.commit([laneOp({ add: { attempts: 1 } })]);
    expect((await log.load()).lanes[0]?.hold).toEqual(HOLD);
    await log.commit([laneOp({ hold: null }), laneOp({ add: { attempts: 1 } })]);
    expect((await log.load()).lanes[0]).toMatchObject({ hold: null, attempts: 2 });
    await log.commit([laneOp({ behind: true, hold: null }), laneOp({ behind: false, hold: HOLD })]);
    expect((await log.load()).lanes[0]).toMatchObject({ behind: false, hold: HOLD });
  });

  it('keeps what decides between a hold and a dead letter: since when a unit fails, and when its hook succeeded last', async () => {
    const bench = use();
    await bench.log.commit([{ op: 'unit', unit: unit({ failedAt: START_MS + 7 }) }, { op: 'unit', unit: unit({ key: 'u2' }) }, laneOp({ succeededAt: START_MS + 5 })]);
    await bench.log.commit([laneOp({ add: { attempts: 1 } })]);
    const { units, lanes } = await (await bench.open()).load();
    expect(units.map(({ failedAt }) => failedAt)).toEqual([START_MS + 7, null]);
    expect(lanes[0]?.succeededAt).toBe(START_MS + 5);
  });

  it('keeps the last mark of what is scanned', async () => {
    const { log } = use();
    await appendAll(log, [draft(), draft(), draft()]);
    await log.commit([{ op: 'scanned', position: 2 }, { op: 'scanned', position: 3 }]);
    expect(await log.scanned(1)).toBe(3);
    expect((await (await use().open()).load()).scanned).toBe(3);
  });

  it('keeps units exactly, replaces them by key and lets them go', async () => {
    const { log } = use();
    const far = unit({ key: 'u2', positions: [5, 7, 1_000_000, 1_000_001, 9_007_199_254_740_990], state: 'waiting', nextAt: START_MS + 1, bodyHash: null });
    await log.commit([{ op: 'unit', unit: unit() }, { op: 'unit', unit: far }, { op: 'unit', unit: unit({ key: 'u3', laneId: 'exp_1', positions: [4] }) }]);
    await log.commit([{ op: 'unit', unit: unit({ attempt: 2, tries: 2, deliveryId: 'dlv_9', revision: 1, redrive: 1, round: 3 }) }, { op: 'unit_gone', key: 'u3' }]);
    expect([...(await log.units('hok_1'))].sort((a, b) => a.key.localeCompare(b.key))).toEqual([unit({ attempt: 2, tries: 2, deliveryId: 'dlv_9', revision: 1, redrive: 1, round: 3 }), far]);
    expect(await log.units('exp_1')).toEqual([]);
    await log.commit([{ op: 'unit_gone', key: 'u1' }, { op: 'unit_gone', key: 'u2' }, { op: 'unit', unit: unit({ key: 'u2' }) }]);
    expect((await (await use().open()).load()).units).toEqual([unit({ key: 'u2' })]);
  });

  it('counts what waits and what is in flight in its snapshots', async () => {
    const { log } = use();
    await appendAll(log, Array.from({ length: 50 }, () => draft()));
    await log.commit([
      laneOp({ assigned: 40, add: { matched: 9, delivered: 2 } }), laneOp({ laneId: 'hok_2', hookId: 'hok_2' }),
      { op: 'unit', unit: unit({ key: 'a', positions: [11, 12, 13] }) }, { op: 'unit', unit: unit({ key: 'b', positions: [7, 20], state: 'waiting' }) }, { op: 'unit', unit: unit({ key: 'c', positions: [30, 31], state: 'waiting' }) },
    ]);
    const shots = await log.snapshot(['hok_1', 'hok_2', 'absent']);
    expect(shots.get('hok_1')).toMatchObject({ matched: 9, delivered: 2, waiting: 4, inFlight: 3, oldestOpen: 7, assigned: 40 });
    expect(shots.get('hok_2')).toMatchObject({ matched: 0, waiting: 0, inFlight: 0, oldestOpen: null });
    expect(shots.has('absent')).toBe(false);
  });

  it('takes a snapshot from one moment, whatever is committed meanwhile', async () => {
    const { log } = use();
    await log.commit([laneOp()]);
    let settled = 0;
    const settling = (async () => {
      for (; settled < 100; settled++) {
        await log.commit([laneOp({ add: { matched: 3 } }), { op: 'unit', unit: unit({ key: `k${settled}` }) }]);
        await log.commit([laneOp({ add: { delivered: 3 } }), { op: 'unit_gone', key: `k${settled}` }]);
      }
    })();
    const sums: number[] = [];
    while (settled < 100) {
      const shot = (await log.snapshot(['hok_1'])).get('hok_1');
      sums.push((shot?.matched ?? 0) - (shot?.delivered ?? 0) - (shot?.inFlight ?? 0));
    }
    await settling;
    expect(sums.length).toBeGreaterThan(10);
    expect(new Set(sums)).toEqual(new Set([0]));
  });

  it('pages the dead of a hook, newest first', async () => {
    const { log } = use();
    await log.commit([...Array.from({ length: 7 }, (_, i) => deadOp(i + 1)), deadOp(99, 'hok_2')]);
    const positions: number[][] = [];
    for (let after: number | null = null; ; ) {
      const page: { data: readonly DeadRow[]; next: number | null } = await log.deadLetters('hok_1', { limit: 3, after });
      positions.push(page.data.map((row) => row.position));
      if ((after = page.next) === null) break;
    }
    expect(positions).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
    const full = await log.deadLetters('hok_1', { limit: 7, after: null });
    expect(full.next).toBeNull();
    const row = deadOp(7) as Extract<LaneOp, { op: 'dead' }>;
    expect(full.data[0]).toEqual({ ...row.row, id: full.data[0]?.id });
  });

  it('finds the dead by id, by age and by place, of their hook only', async () => {
    const { log } = use();
    await log.commit([deadOp(1), deadOp(2), deadOp(3, 'hok_2'), deadOp(4)]);
    const ids = (await log.deadRows('hok_1', null, 0, 10)).map((row) => row.id);
    expect((await log.deadRows('hok_1', null, 0, 10)).map((row) => row.position)).toEqual([1, 2, 4]);
    expect((await log.deadRows('hok_1', null, ids[0] ?? 0, 1)).map((row) => row.position)).toEqual([2]);
    expect((await log.deadRows('hok_1', [ids[2] ?? 0, ids[0] ?? 0, 12_345], 0, 10)).map((row) => row.position)).toEqual([1, 4]);
    expect(await log.deadRows('hok_2', ids, 0, 10)).toEqual([]);
    expect(await log.deadAt('hok_1', 3)).toBeNull();
    expect(await log.deadAt('hok_2', 3)).toMatchObject({ position: 3 });
    await log.commit([{ op: 'dead_gone', id: ids[1] ?? 0 }]);
    expect((await log.deadRows('hok_1', null, 0, 10)).map((row) => row.position)).toEqual([1, 4]);
  });

  it('never gives the id of a dead row again', async () => {
    const { log } = use();
    await log.commit([deadOp(1)]);
    const [first] = await log.deadRows('hok_1', null, 0, 1);
    await log.commit([{ op: 'dead_gone', id: first?.id ?? 0 }]);
    const reopened = await use().open();
    await reopened.commit([deadOp(2)]);
    expect((await reopened.deadRows('hok_1', null, 0, 1))[0]?.id).toBeGreaterThan(first?.id ?? 0);
  });

  it('pages attempts, newest first, however they were packed', async () => {
    const { log } = use();
    await log.commit([{ op: 'attempts', hookId: 'hok_1', rows: [attempt(1)] }, { op: 'attempts', hookId: 'hok_2', rows: [attempt(50)] }]);
    await log.commit([{ op: 'attempts', hookId: 'hok_1', rows: [attempt(2), attempt(3), attempt(4), attempt(5)] }]);
    const failed: AttemptRow = { ...attempt(6), outcome: 'failed', code: 'http_500', message: 'it "broke"', nextAttemptAt: START_MS + 9 };
    await log.commit([{ op: 'attempts', hookId: 'hok_1', rows: [failed] }, { op: 'attempts', hookId: 'hok_1', rows: [attempt(7), attempt(8)] }]);
    for (const limit of [1, 2, 3, 4, 8, 100]) {
      const numbers: number[] = [];
      for (let after: string | null = null; ; ) {
        const page: Awaited<ReturnType<typeof log.attempts>> = await log.attempts('hok_1', { limit, after });
        expect(page.data.length).toBeLessThanOrEqual(limit);
        numbers.push(...page.data.map((row) => row.attempt));
        if ((after = page.next) === null) break;
      }
      expect(numbers).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    }
    expect((await log.attempts('hok_1', { limit: 3, after: null })).data[2]).toEqual(failed);
  });

  it('tells how an event ended last, of its hook only', async () => {
    const { log } = use();
    const delivered = (n: number, taken: readonly number[]): LaneOp => ({ op: 'attempts', hookId: 'hok_1', rows: [attempt(n - 1), { ...attempt(n), taken }] });
    const ended = (fate: 'cancelled' | 'expired', n: number, positions: readonly number[]): LaneOp => ({ op: 'ended', hookId: 'hok_1', ending: { fate, deliveryId: `dlv_${n}` }, positions, at: START_MS });
    await log.commit([delivered(2, [3, 4, 5, 9]), ended('cancelled', 20, [6, 8]), { op: 'attempts', hookId: 'hok_2', rows: [{ ...attempt(30), taken: [7] }] }, ended('expired', 40, [10])]);
    await log.commit([...Array.from({ length: 50 }, (_, i) => delivered(100 + 2 * i, [1, 12])), ended('cancelled', 41, [5])]);
    const endingAt = async (of: typeof log, position: number): Promise<readonly [number, string | null]> => {
      const ending = await of.endedAt('hok_1', position);
      return [position, ending && `${ending.fate} ${ending.deliveryId}`];
    };
    const found = async (of: typeof log) => Object.fromEntries(await Promise.all(Array.from({ length: 11 }, (_, i) => endingAt(of, i + 2))));
    const expected = {
      2: null, 3: 'delivered dlv_2', 4: 'delivered dlv_2', 5: 'cancelled dlv_41', 6: 'cancelled dlv_20', 7: null, 8: 'cancelled dlv_20', 9: 'delivered dlv_2', 10: 'expired dlv_40', 11: null, 12: 'delivered dlv_198',
    };
    expect(await found(log)).toEqual(expected);
    const page = await log.attempts('hok_1', { limit: 500, after: null });
    expect([page.data.length, page.data.some((row) => 'taken' in row)]).toEqual([102, false]);
    expect(await found(await use().open())).toEqual(expected);
  });

  it('pages through more stored rows of attempts than it reads at once', async () => {
    const { log } = use();
    await log.commit(Array.from({ length: 130 }, (_, i): LaneOp => ({ op: 'attempts', hookId: 'hok_1', rows: [attempt(i)] })));
    const page = await log.attempts('hok_1', { limit: 120, after: null });
    expect(page.data.map((row) => row.attempt)).toEqual(Array.from({ length: 120 }, (_, i) => 129 - i));
    expect((await log.attempts('hok_1', { limit: 120, after: page.next })).data).toHaveLength(10);
  });

  it('adds up attempts and dead events by minute, ten minutes and hour, in the commits that bring them', async () => {
    const bench = use();
    const { log } = bench;
    const base = Math.ceil(START_MS / HOUR_MS) * HOUR_MS;
    const at = (ms: number, more: Partial<AttemptRow> = {}): AttemptRow => ({ ...attempt(1), outcome: 'delivered', events: 10, startedAt: base + ms, durationMs: 8, ...more });
    await log.commit([{ op: 'attempts', hookId: 'hok_1', rows: [at(0), at(30_000, { durationMs: 60 }), at(61_000)] }, { op: 'attempts', hookId: 'hok_2', rows: [at(0)] }]);
    await log.commit([{ op: 'attempts', hookId: 'hok_1', rows: [at(40_000, { outcome: 'failed', durationMs: 20_000 }), at(11 * 60_000)] }, deadAtTime(base + 30_000)]);
    const read = async (stepMs: number, times: readonly number[], hookIds = ['hok_1']) => (await bench.log.series(hookIds, stepMs, times.map((n) => base + n))).map(({ hookId, ...row }) => [hookId, row.at - base, row.delivered, row.dead, row.attempts, row.failed, row.durationMs]).sort();
    const check = async (): Promise<void> => {
      expect(await read(60_000, [0, 60_000, 120_000])).toEqual([['hok_1', 0, 20, 1, 2, 0, 68], ['hok_1', 60_000, 10, 0, 2, 1, 20_008]]);
      expect(await read(600_000, [0, 600_000])).toEqual([['hok_1', 0, 30, 1, 4, 1, 20_076], ['hok_1', 600_000, 10, 0, 1, 0, 8]]);
      expect(await read(HOUR_MS, [0], ['hok_1', 'hok_2'])).toEqual([['hok_1', 0, 40, 1, 5, 1, 20_084], ['hok_2', 0, 10, 0, 1, 0, 8]]);
    };
    await check();
    const [hour] = await log.series(['hok_1'], HOUR_MS, [base]);
    expect(hour?.durations).toEqual([0, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
    await bench.open();
    await check();
  });

  it('keeps so many buckets and no more', async () => {
    const { log } = use();
    const base = Math.ceil(START_MS / HOUR_MS) * HOUR_MS;
    const rows = Array.from({ length: 300 }, (_, n): AttemptRow => ({ ...attempt(n), startedAt: base + n * 60_000, durationMs: 0 }));
    await log.commit([{ op: 'attempts', hookId: 'hok_1', rows }]);
    const now = base + 300 * 60_000;
    while (await log.cleanUp(now, { eventsMs: null, attemptsMs: null, deadLettersMs: null }));
    const left = async (stepMs: number): Promise<number> => (await log.series(['hok_1'], stepMs, Array.from({ length: 400 }, (_, n) => base + n * stepMs))).length;
    expect([await left(60_000), await left(600_000), await left(HOUR_MS)]).toEqual([180, 30, 5]);
    while (await log.cleanUp(now + 40 * 24 * HOUR_MS, { eventsMs: null, attemptsMs: null, deadLettersMs: null }));
    expect([await left(60_000), await left(600_000), await left(HOUR_MS)]).toEqual([0, 0, 0]);
  });
}
