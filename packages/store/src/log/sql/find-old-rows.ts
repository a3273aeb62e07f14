import type { OldRowLimits, OldRows } from '../log-backend.ts';
import type { SqlExecutor } from './sql-executor.ts';

/** Hooks whose last change switched them off: one that stays off for ever must not keep the log from shrinking. */
const SWITCHED_OFF = `SELECT hook FROM (SELECT base ->> '$.hookId' AS hook, base ->> '$.action' AS action, max(position) FROM events WHERE kind = 1 GROUP BY 1) WHERE action IN ('deactivated', 'deleted')`;
/** Below it no live lane of an active hook has anything to read any more and no unit is open. An export does not hold retention up: what is removed before it came there, it reports. */
const FLOOR = `SELECT min(position) FROM (SELECT scanned + 1 AS position FROM header UNION ALL SELECT min(lowest) FROM units
  UNION ALL SELECT min(assigned) + 1 FROM lanes WHERE behind = 1 AND lane = hook AND hook NOT IN (${SWITCHED_OFF}))`;

/** Rows come in the order of their age, so each table is looked at from its beginning, `limit` rows far. */
export async function findOldRows(sql: SqlExecutor, limits: OldRowLimits, limit: number): Promise<OldRows> {
  const first = async (table: string, time: string, before: number | null): Promise<number[]> => {
    if (before === null) return [];
    return (await sql.all(`SELECT id FROM (SELECT id, ${time} AS time FROM ${table} ORDER BY id LIMIT ?) WHERE time < ?`, [limit, before])).map(([id]) => id as number);
  };
  const attempts = await first('attempts', 'at', limits.attemptsBefore);
  const dead = await first('dead', 'died_at', limits.deadBefore);
  const requests = await sql.all('SELECT time FROM idempotent_requests WHERE time < ? ORDER BY time LIMIT ?', [limits.idempotencyBefore, limit]);
  const events = await oldEvents(sql, limits, limit);
  const runs = limits.eventsBefore === null ? [] : await sql.all('SELECT run FROM id_runs WHERE through < (SELECT coalesce(min(position), 0) FROM events WHERE kind = 0) ORDER BY run LIMIT 1', []);
  const lengths = [attempts.length, dead.length, requests.length, events.looked];
  return {
    attempts, dead, events: events.positions, eventsThrough: events.through, runs: runs.map(([run]) => run as number),
    idempotencyThrough: (requests.at(-1)?.[0] as number | undefined) ?? null, more: lengths.some((n) => n === limit),
  };
}

async function oldEvents(sql: SqlExecutor, limits: OldRowLimits, limit: number): Promise<{ positions: number[]; through: number; looked: number }> {
  if (limits.eventsBefore === null) return { positions: [], through: 0, looked: 0 };
  const rows = await sql.all(
    `SELECT position, kind = 0 AND NOT EXISTS (SELECT 1 FROM dead WHERE dead.position = e.position) FROM
      (SELECT position, kind, time FROM events WHERE position > ? AND position < (${FLOOR}) ORDER BY position LIMIT ?) AS e WHERE time < ?`,
    [limits.eventsAfter, limit, limits.eventsBefore],
  );
  return { positions: rows.filter(([, goes]) => goes === 1).map(([position]) => position as number), through: (rows.at(-1)?.[0] as number | undefined) ?? limits.eventsAfter, looked: rows.length };
}
