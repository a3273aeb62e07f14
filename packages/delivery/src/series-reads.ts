// Throughput, failures and latency of hooks over time, from the buckets that every shard keeps (`delivery-series.ts` of the store).
import { addBuckets, DURATION_CLASSES_MS, emptyBucket, type LaneStore, SERIES_STEPS, type SeriesBucket } from '@hookline/store';

const [MINUTE, TEN_MINUTES, HOUR] = SERIES_STEPS;

/** What can be asked for: so many buckets of a step, the last one still filling. */
export const SERIES_RANGES = {
  hour: { stepMs: MINUTE.stepMs, buckets: 60 },
  day: { stepMs: TEN_MINUTES.stepMs, buckets: 144 },
  week: { stepMs: HOUR.stepMs, buckets: 168 },
  month: { stepMs: HOUR.stepMs, buckets: 720 },
} as const;
export type SeriesRange = keyof typeof SERIES_RANGES;
/** For a line beside each hook of a list. */
const BRIEF = { stepMs: HOUR.stepMs, buckets: 24 } as const;

export interface SeriesView {
  from: string;
  step_sec: number;
  buckets: { at: string; delivered: number; dead: number; attempts: number; failed_attempts: number; duration_ms: { avg: number; p50: number; p95: number } | null }[];
}
export interface BriefSeries {
  hook_id: string;
  delivered: number[];
  dead: number[];
  failed_attempts: number[];
}

const iso = (ms: number): string => new Date(ms).toISOString();
const timesOf = ({ stepMs, buckets }: { readonly stepMs: number; readonly buckets: number }, nowMs: number): readonly number[] => {
  const last = Math.floor(nowMs / stepMs) * stepMs;
  return Array.from({ length: buckets }, (_, n) => last - (buckets - 1 - n) * stepMs);
};

export function createSeriesReads(logs: readonly Pick<LaneStore, 'series'>[], now: () => number) {
  /** Every bucket of every hook, over all shards. */
  async function read(hookIds: readonly string[], stepMs: number, times: readonly number[]): Promise<(hookId: string) => readonly SeriesBucket[]> {
    const sums = new Map<string, SeriesBucket>();
    for (const rows of await Promise.all(logs.map((log) => log.series(hookIds, stepMs, times)))) {
      for (const row of rows) sums.set(`${row.at} ${row.hookId}`, addBuckets(sums.get(`${row.at} ${row.hookId}`) ?? emptyBucket(row.at), row));
    }
    return (hookId) => times.map((at) => sums.get(`${at} ${hookId}`) ?? emptyBucket(at));
  }
  return {
    async series(hookId: string, range: SeriesRange): Promise<SeriesView> {
      const { stepMs } = SERIES_RANGES[range];
      const times = timesOf(SERIES_RANGES[range], now());
      const buckets = (await read([hookId], stepMs, times))(hookId);
      return {
        from: iso(times[0] as number), step_sec: stepMs / 1000,
        buckets: buckets.map((b) => ({
          at: iso(b.at), delivered: b.delivered, dead: b.dead, attempts: b.attempts, failed_attempts: b.failed,
          duration_ms: b.attempts === 0 ? null : { avg: Math.round(b.durationMs / b.attempts), p50: percentile(b.durations, 0.5), p95: percentile(b.durations, 0.95) },
        })),
      };
    },
    /** The last 24 hours by hour, of each of these hooks. */
    async briefSeries(hookIds: readonly string[]): Promise<readonly BriefSeries[]> {
      const of = await read(hookIds, BRIEF.stepMs, timesOf(BRIEF, now()));
      return hookIds.map((hookId) => {
        const buckets = of(hookId);
        return { hook_id: hookId, delivered: buckets.map((b) => b.delivered), dead: buckets.map((b) => b.dead), failed_attempts: buckets.map((b) => b.failed) };
      });
    },
  };
}

/** Within the class in which it falls, in a straight line; above the last class its lower end. */
export function percentile(durations: readonly number[], share: number): number {
  const wanted = durations.reduce((sum, count) => sum + count, 0) * share;
  let below = 0;
  for (const [place, count] of durations.entries()) {
    if (count > 0 && below + count >= wanted) {
      const from = place === 0 ? 0 : (DURATION_CLASSES_MS[place - 1] as number);
      const to = DURATION_CLASSES_MS[place] ?? from;
      return Math.round(from + ((to - from) * (wanted - below)) / count);
    }
    below += count;
  }
  return 0;
}
