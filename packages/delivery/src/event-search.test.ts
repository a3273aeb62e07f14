import type { EventRow } from '@hookline/core';
import { expect, it } from 'vitest';
import { createEventSearch, type EventSearchOptions } from './event-search.ts';

const QUERY = { accountId: 1, eventTypes: null, databaseId: null, mailingId: null, profileId: null };
const STEP = 10;
type Shard = EventSearchOptions['logs'][number];

/** A shard whose row at a position has the time that `timeAt` says; each step looks at ten positions and takes `stepMs` of the clock. */
function shardOf(end: number, timeAt: (position: number) => number, isFound: (position: number) => boolean, clock: { ms: number }, stepMs = 0): Shard {
  const row = (position: number): EventRow => ({ position, time: timeAt(position), base: '{' }) as EventRow;
  return {
    end: () => end,
    positionAt: async (timeMs) => Array.from({ length: end }, (_, n) => n + 1).find((position) => timeAt(position) >= timeMs) ?? end + 1,
    history: {
      async searchBack(_query, after, through, { rowsMax }) {
        clock.ms += stepMs;
        const low = Math.max(after, through - STEP);
        const found = Array.from({ length: through - low }, (_, n) => through - n).filter(isFound);
        const rows = found.slice(0, rowsMax);
        return { rows: rows.map(row), through: rows.length < found.length ? (rows.at(-1) as number) - 1 : low, time: timeAt(through) };
      },
    },
  };
}
const searchOf = (logs: readonly Shard[], clock: { ms: number }) => createEventSearch({ logs, clock: { monotonic: () => clock.ms } });

it('puts the events of all shards into one order, page by page', async () => {
  const clock = { ms: 0 };
  const search = searchOf([shardOf(40, (n) => n * 10, (n) => n % 3 === 0, clock), shardOf(25, (n) => n * 16 + 1, (n) => n % 4 === 0, clock)], clock);
  const all = [...Array.from({ length: 13 }, (_, n) => (n + 1) * 30), ...Array.from({ length: 6 }, (_, n) => (n + 1) * 64 + 1)].sort((a, b) => b - a);
  const times: number[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof search>> = await search({ query: QUERY, fromMs: null, toMs: null, limit: 4, after });
    times.push(...page.rows.map((row) => row.time));
    after = page.next;
  } while (after !== null);
  expect(times).toEqual(all);
  const bounded = await search({ query: QUERY, fromMs: 60, toMs: 257, limit: 100, after: null });
  expect(bounded.rows.map((row) => row.time)).toEqual(all.filter((time) => time >= 60 && time < 257));
});

it('answers after a second with what it has, and says how far that goes', async () => {
  const clock = { ms: 0 };
  const search = searchOf([shardOf(100, (n) => n, (n) => n === 95 || n === 3, clock, 300)], clock);
  const first = await search({ query: QUERY, fromMs: null, toMs: null, limit: 10, after: null });
  expect([first.rows.map((row) => row.position), first.searchedToMs]).toEqual([[95], 70]);
  let steps = 1;
  let page = first;
  while (page.next !== null) {
    page = await search({ query: QUERY, fromMs: null, toMs: null, limit: 10, after: page.next });
    steps++;
  }
  expect([page.rows.map((row) => row.position), page.searchedToMs, steps]).toEqual([[3], null, 3]);
});

it('lets searches take turns', async () => {
  const clock = { ms: 0 };
  let running = 0;
  let most = 0;
  const shard = shardOf(100, (n) => n, () => false, clock);
  const search = searchOf([{ ...shard, history: { async searchBack(...given) { most = Math.max(most, ++running); await new Promise(setImmediate); running--; return shard.history.searchBack(...given); } } }], clock);
  await Promise.all(Array.from({ length: 5 }, () => search({ query: QUERY, fromMs: null, toMs: null, limit: 10, after: null })));
  expect(most).toBe(1);
});
