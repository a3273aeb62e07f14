import { describe, expect, it } from 'vitest';
import { BLOCK_POSITIONS, DAY_MS, type EventQuery } from '../event-history.ts';
import { type EventSearchQuery, isSearched } from '../event-search.ts';
import type { ShardLog } from '../shard-log.ts';
import { appendAll, type LogBench, WINDOW_MS } from './log-harness.ts';
import { draft, laneOp, unit } from './sample-rows.ts';

const LIMITS = { rowsMax: 300, bytesMax: 1 << 20 };
const QUERY: EventQuery = { accountId: 1, eventTypes: ['click', 'open'], fromDay: 100, throughDay: 101 };

/** Three blocks and a half: account, type and day of an event follow from its position. */
async function fill(log: ShardLog): Promise<number[]> {
  const wanted: number[] = [];
  for (let position = 1; position <= 3.5 * BLOCK_POSITIONS; ) {
    const events = Array.from({ length: 512 }, () => {
      const n = position++;
      const day = n <= BLOCK_POSITIONS ? 99 : 98 + (n % 6);
      const accountId = n % 3 === 0 ? 2 : 1;
      const eventType = n % 5 === 0 ? 'unsub' : n % 2 === 0 ? 'open' : 'click';
      if (accountId === 1 && eventType !== 'unsub' && (day === 100 || day === 101)) wanted.push(n);
      return draft({ accountId, eventType, eventTimeMs: day * DAY_MS + (n % 2) * (DAY_MS - 1) });
    });
    await appendAll(log, events);
  }
  return wanted;
}

async function readAll(log: ShardLog, query: EventQuery, after = 0, through = log.end()): Promise<number[]> {
  const positions: number[] = [];
  for (let from = after; from < through; ) {
    const page = await log.history.page(query, from, through, LIMITS);
    expect(page.through).toBeGreaterThan(from);
    positions.push(...page.rows.map((row) => row.position));
    from = page.through;
  }
  return positions;
}

const SEARCH: EventSearchQuery = { accountId: 1, eventTypes: null, databaseId: null, mailingId: null, profileId: null };

/** Positions from the end down, with the steps it took. */
async function search(log: ShardLog, query: EventSearchQuery, limits: { readonly rowsMax: number; readonly bytesMax: number }, after = 0, through = log.end()): Promise<{ positions: number[]; steps: number }> {
  const positions: number[] = [];
  let steps = 0;
  for (let at = through; at > after; steps++) {
    const step = await log.history.searchBack(query, after, at, limits);
    expect(step.through).toBeLessThan(at);
    expect(step.rows.length).toBeLessThanOrEqual(limits.rowsMax);
    positions.push(...step.rows.map((row) => row.position));
    at = step.through;
  }
  return { positions, steps };
}

export function historyCases(use: () => LogBench): void {
  it('finds and counts the events of a period, with the block map and without', async () => {
    const { log } = use();
    const wanted = await fill(log);
    const check = async (): Promise<void> => {
      expect(await readAll(log, QUERY)).toEqual(wanted);
      for (const [after, through] of [[0, log.end()], [5_000, 9_001], [BLOCK_POSITIONS, 2 * BLOCK_POSITIONS], [4_100, 4_101], [13_000, log.end()]] as const) {
        const among = wanted.filter((n) => n > after && n <= through);
        expect(await log.history.count(QUERY, after, through)).toBe(among.length);
        expect(await readAll(log, QUERY, after, through)).toEqual(among);
      }
    };
    await check();
    expect(await log.history.mapNextBlock()).toBe(true);
    await check();
    while (await log.history.mapNextBlock());
    await check();
    expect(await log.history.mapNextBlock()).toBe(false);
    await use().open();
    expect(await readAll(use().log, { ...QUERY, throughDay: null })).toHaveLength(await use().log.history.count({ ...QUERY, throughDay: null }, 0, log.end()));
    expect(await readAll(use().log, QUERY)).toEqual(wanted);
  });

  it('takes what retention removes out of the map', async () => {
    const { log, clock, backend } = use();
    const wanted = await fill(log);
    while (await log.history.mapNextBlock());
    await log.commit([{ op: 'scanned', position: log.end() }, { op: 'unit', unit: unit({ positions: [6_001] }) }, laneOp({ laneId: 'exp_1', behind: true, assigned: 10 })]);
    clock.nowMs += WINDOW_MS + 1;
    while (await log.cleanUp(clock.nowMs, { eventsMs: 0, attemptsMs: null, deadLettersMs: null }));
    const left = wanted.filter((n) => n >= 6_001);
    expect(await readAll(log, QUERY)).toEqual(left);
    expect(await log.history.count(QUERY, 0, log.end())).toBe(left.length);
    expect(await backend.backend.nextBlock({ ...QUERY, fromDay: 0, throughDay: null }, 0, 100)).toBe(1);
  });

  it('searches from the end down by type, database, mailing and profile, and the block map saves the blocks that have none', async () => {
    const { log } = use();
    await appendAll(log, [draft({ eventType: 'rare', databaseId: 7, mailingId: 41, profileId: 'p-1' }), draft({ accountId: 2, eventType: 'rare', databaseId: 7, mailingId: 41, profileId: 'p-1' })]);
    await fill(log);
    await appendAll(log, [draft({ databaseId: 7 }), draft({ databaseId: 8, mailingId: 41 }), draft({ profileId: 'p-1' })]);
    const end = log.end();
    const all = (await log.read(0, { rowsMax: 1e6, bytesMax: 1e9 })).rows.flatMap((row) => (row.kind === 'event' ? [row] : [])).reverse();
    const queries: readonly EventSearchQuery[] = [SEARCH, { ...SEARCH, eventTypes: ['rare'] }, { ...SEARCH, eventTypes: ['unsub', 'rare'] }, { ...SEARCH, databaseId: 7 }, { ...SEARCH, mailingId: 41 }, { ...SEARCH, profileId: 'p-1', mailingId: 41 }, { ...SEARCH, accountId: 3 }];
    const check = async (): Promise<void> => {
      for (const query of queries) {
        const wanted = all.filter((row) => isSearched(query, row)).map((row) => row.position);
        expect((await search(log, query, LIMITS)).positions).toEqual(wanted);
        expect((await search(log, query, { rowsMax: 1_000, bytesMax: 2_000 }, end - 300, end - 10)).positions).toEqual(wanted.filter((n) => n > end - 300 && n <= end - 10));
      }
    };
    await check();
    expect((await search(log, { ...SEARCH, eventTypes: ['rare'] }, LIMITS)).steps).toBe(4);
    while (await log.history.mapNextBlock());
    await check();
    expect((await search(log, { ...SEARCH, eventTypes: ['rare'] }, LIMITS)).steps).toBe(2);
  });

  it('steps over a gap of positions, however wide', async () => {
    const bench = use();
    await appendAll(bench.log, Array.from({ length: 10 }, () => draft({ eventTimeMs: 100 * DAY_MS })));
    const wide = 1_000_000 * BLOCK_POSITIONS;
    // As a copy that was put back has it: the header says that more positions were given out than there are rows.
    const { sequence, end, time } = await bench.backend.backend.header();
    await bench.backend.backend.commit({ sequence: sequence + 1, end: end + wide, time, rows: [], idempotency: [], lane: [], remove: [], runParts: [], run: null });
    const log = await bench.open();
    await appendAll(log, Array.from({ length: 5 }, () => draft({ eventTimeMs: 101 * DAY_MS })));
    const wanted = [...Array.from({ length: 10 }, (_, i) => i + 1), ...Array.from({ length: 5 }, (_, i) => 10 + wide + i + 1)];
    const check = async (): Promise<void> => {
      expect(await readAll(log, QUERY)).toEqual(wanted);
      expect(await log.history.count(QUERY, 0, log.end())).toBe(15);
      const found = await search(log, SEARCH, LIMITS);
      expect(found.positions).toEqual(wanted.toReversed());
      expect(found.steps).toBeLessThan(4);
    };
    await check();
    let blocks = 1;
    while (await log.history.mapNextBlock()) blocks++;
    expect(blocks).toBeLessThan(5);
    await check();
  });

  describe('the edge of a lane', () => {
    it('is the cursor of the lane, or of all lanes that follow, and the open positions below it', async () => {
      const { log } = use();
      await appendAll(log, Array.from({ length: 30 }, () => draft()));
      await log.commit([{ op: 'scanned', position: 20 }, laneOp({ assigned: 12 }), { op: 'unit', unit: unit({ key: 'a', positions: [11, 12] }) }, { op: 'unit', unit: unit({ key: 'b', positions: [3, 25] }) }, { op: 'unit', unit: unit({ key: 'c', laneId: 'exp_1', positions: [4] }) }]);
      expect(await log.history.laneEdge('hok_1', 1)).toEqual({ assigned: 20, open: [3, 11, 12] });
      await log.commit([laneOp({ behind: true, assigned: 12 })]);
      expect(await log.history.laneEdge('hok_1', 1)).toEqual({ assigned: 12, open: [3, 11, 12] });
      expect(await log.history.laneEdge('hok_none', 1)).toEqual({ assigned: 20, open: [] });
    });
  });
}
