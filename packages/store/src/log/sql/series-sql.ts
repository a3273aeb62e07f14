// SQL of what attempts came to over time. The key begins with step and time: what is written now lies together, what is too old is the beginning, and the buckets of one
// hook are looked up one by one.
import { DURATION_CLASSES_MS, type SeriesBucket, type SeriesRow } from '../delivery-series.ts';
import type { SqlExecutor, SqlValue, Statement } from './sql-executor.ts';

const CLASSES = Array.from({ length: DURATION_CLASSES_MS.length + 1 }, (_, place) => `d${place}`);
const SUMS = ['delivered', 'dead', 'attempts', 'failed', 'duration', ...CLASSES];
const KEY_COLUMNS = 3;

export const SERIES_SCHEMA: readonly string[] = [
  `CREATE TABLE series (step INTEGER NOT NULL, at INTEGER NOT NULL, hook TEXT NOT NULL, ${SUMS.map((name) => `${name} INTEGER NOT NULL`).join(', ')}, PRIMARY KEY (step, at, hook)) WITHOUT ROWID`,
];

const ADD = `INSERT INTO series (step, at, hook, ${SUMS.join(', ')}) SELECT ${Array.from({ length: KEY_COLUMNS + SUMS.length }, (_, place) => `value ->> ${place}`).join(', ')} FROM json_each(?) WHERE true
  ON CONFLICT (step, at, hook) DO UPDATE SET ${SUMS.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`;
const READ = `SELECT hook, at, ${SUMS.join(', ')} FROM series WHERE step = ? AND at IN (SELECT value FROM json_each(?)) AND hook IN (SELECT value FROM json_each(?))`;
const OLD = 'step = ? AND at < ?';

export function seriesStatements(rows: readonly SeriesRow[]): Statement[] {
  if (rows.length === 0) return [];
  return [{ sql: ADD, args: [JSON.stringify(rows.map((r) => [r.stepMs, r.at, r.hookId, r.delivered, r.dead, r.attempts, r.failed, r.durationMs, ...r.durations]))] }];
}

export async function readSeries(sql: SqlExecutor, hookIds: readonly string[], stepMs: number, times: readonly number[]): Promise<readonly (SeriesBucket & { readonly hookId: string })[]> {
  const rows = await sql.all(READ, [stepMs, JSON.stringify(times), JSON.stringify(hookIds)]);
  return rows.map((row) => {
    const [at, delivered, dead, attempts, failed, durationMs, ...durations] = row.slice(1) as number[];
    return { hookId: row[0] as string, at, delivered, dead, attempts, failed, durationMs, durations } as SeriesBucket & { readonly hookId: string };
  });
}

/** How many of these buckets there are, at most `limit`. */
export async function countOldSeries(sql: SqlExecutor, stepMs: number, before: number, limit: number): Promise<number> {
  return (await sql.all(`SELECT count(*) FROM (SELECT 1 FROM series WHERE ${OLD} LIMIT ?)`, [stepMs, before, limit]))[0]?.[0] as number;
}

export function removeOldSeries(stepMs: number, before: number, limit: number): Statement {
  const args: SqlValue[] = [stepMs, stepMs, before, limit];
  return { sql: `DELETE FROM series WHERE step = ? AND (at, hook) IN (SELECT at, hook FROM series WHERE ${OLD} ORDER BY at, hook LIMIT ?)`, args };
}
