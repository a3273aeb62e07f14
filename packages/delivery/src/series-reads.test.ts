import { emptyBucket, type SeriesBucket } from '@hookline/store';
import { expect, it } from 'vitest';
import { createSeriesReads, percentile } from './series-reads.ts';

const HOUR_MS = 3_600_000;
const NOW = 500_000 * HOUR_MS + 1_234_567;
const counts = (...pairs: readonly (readonly [place: number, count: number])[]): number[] => Array.from({ length: 12 }, (_, place) => pairs.find(([at]) => at === place)?.[1] ?? 0);

it.each([
  [counts([0, 1]), 0.5, 3], [counts([3, 100]), 0.5, 35], [counts([3, 100]), 0.95, 49], [counts([0, 50], [4, 50]), 0.5, 5], [counts([0, 50], [4, 50]), 0.95, 95], [counts([11, 9]), 0.95, 15_000], [counts(), 0.5, 0],
])('a percentile of %j at %s is %s', (durations, share, expected) => {
  expect(percentile(durations, share)).toBe(expected);
});

it('adds the shards up, bucket by bucket, and leaves none out', async () => {
  const shard = (rows: readonly (SeriesBucket & { readonly hookId: string })[]) => ({ series: async (hookIds: readonly string[], _step: number, times: readonly number[]) => rows.filter((row) => hookIds.includes(row.hookId) && times.includes(row.at)) });
  const bucket = (hookId: string, hoursAgo: number, delivered: number) => ({ ...emptyBucket((500_000 - hoursAgo) * HOUR_MS), hookId, delivered, attempts: 1, durationMs: 30, durations: counts([3, 1]) });
  const reads = createSeriesReads([shard([bucket('a', 0, 5), bucket('a', 23, 7)]), shard([bucket('a', 0, 1), bucket('b', 1, 2), bucket('a', 24, 100)])], () => NOW);
  const brief = await reads.briefSeries(['a', 'b', 'c']);
  expect(brief.map(({ hook_id, delivered }) => [hook_id, delivered.length, delivered[0], delivered[22], delivered[23]])).toEqual([['a', 24, 7, 0, 6], ['b', 24, 0, 2, 0], ['c', 24, 0, 0, 0]]);
  const week = await reads.series('a', 'week');
  expect([week.buckets.length, week.step_sec, week.from]).toEqual([168, 3600, new Date((500_000 - 167) * HOUR_MS).toISOString()]);
  expect(week.buckets.at(-1)).toEqual({ at: new Date(500_000 * HOUR_MS).toISOString(), delivered: 6, dead: 0, attempts: 2, failed_attempts: 0, duration_ms: { avg: 30, p50: 35, p95: 49 } });
  expect(week.buckets[166]?.duration_ms).toBeNull();
});
