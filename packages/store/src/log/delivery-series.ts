// What the attempts of a hook came to, over time: per minute, ten minutes and hour, each kept so long that the number of rows of a hook is bounded. It is worked out from
// the attempts and dead events of a commit and written with it: no row an event, no commit of its own. As the attempts themselves it may lack the last second before a crash.
import type { AttemptRow, LaneOp } from './lane-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** At most 180, 288 and 744 buckets a hook. */
export const SERIES_STEPS = [
  { stepMs: MINUTE_MS, keptMs: 3 * HOUR_MS },
  { stepMs: 10 * MINUTE_MS, keptMs: 48 * HOUR_MS },
  { stepMs: HOUR_MS, keptMs: 31 * 24 * HOUR_MS },
] as const;

/** Upper ends of the classes that durations are counted in; the last class has none. A third of a decade each is enough for a percentile that people look at. */
export const DURATION_CLASSES_MS = [5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 15_000] as const;

/** Of one hook and one bucket. Everything adds up. */
export interface SeriesBucket {
  /** Where the bucket begins, unix ms. */
  readonly at: number;
  /** Events. */
  readonly delivered: number;
  readonly dead: number;
  readonly attempts: number;
  /** Attempts that did not deliver. */
  readonly failed: number;
  readonly durationMs: number;
  /** Attempts by duration, in the classes above and one more. */
  readonly durations: readonly number[];
}

export interface SeriesRow extends SeriesBucket {
  readonly hookId: string;
  readonly stepMs: number;
}

const EMPTY = { delivered: 0, dead: 0, attempts: 0, failed: 0, durationMs: 0 };
const classOf = (ms: number): number => {
  const place = DURATION_CLASSES_MS.findIndex((end) => ms <= end);
  return place === -1 ? DURATION_CLASSES_MS.length : place;
};
const noDurations = (): number[] => Array(DURATION_CLASSES_MS.length + 1).fill(0);

export function addBuckets(a: SeriesBucket, b: Omit<SeriesBucket, 'at'>): SeriesBucket {
  return {
    at: a.at, delivered: a.delivered + b.delivered, dead: a.dead + b.dead, attempts: a.attempts + b.attempts, failed: a.failed + b.failed, durationMs: a.durationMs + b.durationMs,
    durations: a.durations.map((count, place) => count + (b.durations[place] ?? 0)),
  };
}

export const emptyBucket = (at: number): SeriesBucket => ({ at, ...EMPTY, durations: noDurations() });

/** What the ops of one commit add, one row a hook, step and bucket. */
export function seriesOf(ops: readonly LaneOp[]): readonly SeriesRow[] {
  const rows: GrowingRow[] = [];
  // A commit has few hooks and hardly ever two buckets of one step: looked through from its end, that is the row found first.
  const rowOf = (hookId: string, stepMs: number, timeMs: number): GrowingRow => {
    const at = Math.floor(timeMs / stepMs) * stepMs;
    const known = rows.findLast((row) => row.stepMs === stepMs && row.at === at && row.hookId === hookId);
    if (known) return known;
    const made = { hookId, stepMs, at, ...EMPTY, durations: noDurations() };
    rows.push(made);
    return made;
  };
  for (const op of ops) {
    if (op.op === 'dead') for (const { stepMs } of SERIES_STEPS) rowOf(op.row.hookId, stepMs, op.row.diedAt).dead++;
    if (op.op !== 'attempts') continue;
    for (const { stepMs } of SERIES_STEPS) for (const attempt of op.rows) addAttempt(rowOf(op.hookId, stepMs, attempt.startedAt + attempt.durationMs), attempt);
  }
  return rows;
}

type GrowingRow = { -readonly [K in keyof Omit<SeriesRow, 'durations'>]: SeriesRow[K] } & { readonly durations: number[] };

function addAttempt(row: GrowingRow, attempt: AttemptRow): void {
  const duration = classOf(attempt.durationMs);
  if (attempt.outcome === 'delivered') row.delivered += attempt.events;
  else row.failed++;
  row.attempts++;
  row.durationMs += Math.round(attempt.durationMs);
  row.durations[duration] = (row.durations[duration] ?? 0) + 1;
}
