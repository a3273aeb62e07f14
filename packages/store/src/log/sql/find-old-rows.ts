import { SERIES_STEPS } from '../delivery-series.ts';
import type { MappedAccount, NeededPositions, OldRowLimits, OldRows } from '../log-backend.ts';
import { countOldSeries } from './series-sql.ts';
import type { SqlExecutor } from './sql-executor.ts';

/** Hooks whose last change switched them off: one that stays off for ever must not keep the log from shrinking. */
const SWITCHED_OFF = `SELECT hook FROM (SELECT base ->> '$.hookId' AS hook, base ->> '$.action' AS action, max(position) FROM events WHERE kind = 1 GROUP BY 1) WHERE action IN ('deactivated', 'deleted')`;
/** Above what all lanes that follow have been matched through. */
const FOLLOWED = 'max(scanned, (SELECT min(scanned) FROM slots)) + 1';
/** Below it no live lane of an active hook has anything to read any more and no unit is open. An export does not hold retention up: what is removed before it came there, it reports. */
const FLOOR = `SELECT min(position) FROM (SELECT ${FOLLOWED} AS position FROM header UNION ALL SELECT min(lowest) FROM units
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
  const runs = await sql.all('SELECT run FROM id_runs WHERE through < (SELECT coalesce(min(position), 0) FROM events WHERE kind = 0) ORDER BY run LIMIT 1', []);
  const series: { stepMs: number; before: number; rows: number }[] = [];
  for (const { stepMs, keptMs } of SERIES_STEPS) {
    const before = limits.nowMs - keptMs;
    const rows = await countOldSeries(sql, stepMs, before, limit);
    if (rows > 0) series.push({ stepMs, before, rows });
  }
  const lengths = [attempts.length, dead.length, requests.length, events.looked, ...series.map(({ rows }) => rows)];
  return {
    attempts, dead, series, events: events.positions, eventsThrough: events.through, runs: runs.map(([run]) => run as number),
    idempotencyThrough: (requests.at(-1)?.[0] as number | undefined) ?? null, more: lengths.some((n) => n === limit),
  };
}

async function oldEvents(sql: SqlExecutor, limits: OldRowLimits, limit: number): Promise<{ positions: number[]; through: number; looked: number }> {
  if (limits.eventsBefore === null) return { positions: [], through: 0, looked: 0 };
  const rows = await sql.all(
    `SELECT position, kind = 0 AND NOT EXISTS (SELECT 1 FROM dead WHERE dead.position = e.position), account, time FROM
      (SELECT position, kind, account, time FROM events WHERE position > ? AND position < (${FLOOR}) ORDER BY position LIMIT ?) AS e WHERE time < ?`,
    [limits.eventsAfter, limit, limits.eventsBefore],
  );
  const goes = ([, is, account, time]: (typeof rows)[number]): boolean => is === 1 && (time as number) < (limits.eventsBeforeOf(account as number) ?? 0);
  return { positions: rows.filter(goes).map(([position]) => position as number), through: (rows.at(-1)?.[0] as number | undefined) ?? limits.eventsAfter, looked: rows.length };
}

const LANES_NEED = `SELECT account, min(lowest) AS position FROM units GROUP BY account UNION ALL
  SELECT account, min(assigned) + 1 FROM lanes WHERE behind = 1 AND lane = hook AND hook NOT IN (${SWITCHED_OFF}) GROUP BY account`;

export async function neededPositions(sql: SqlExecutor): Promise<NeededPositions> {
  const rows = await sql.all(`SELECT NULL, ${FOLLOWED} FROM header UNION ALL SELECT account, min(position) FROM (${LANES_NEED}) GROUP BY account`, []);
  return { ofAll: rows[0]?.[1] as number, ofAccount: new Map(rows.slice(1).map(([account, position]) => [account as number, position as number])) };
}

/** One look-up an account: a walk through the whole map would take as long as the map is large. */
const FIRST_BLOCKS = `WITH RECURSIVE each_account(account) AS (
    SELECT min(account) FROM block_counts UNION ALL SELECT (SELECT min(account) FROM block_counts AS b WHERE b.account > each_account.account) FROM each_account WHERE account IS NOT NULL)
  SELECT account, (SELECT min(block) FROM block_counts AS b WHERE b.account = each_account.account), 0 FROM each_account WHERE account IS NOT NULL`;
const SIZES = 'SELECT account, min(block), sum(bytes) FROM block_counts GROUP BY account';

export async function mappedAccounts(sql: SqlExecutor, withBytes: boolean): Promise<readonly MappedAccount[]> {
  return (await sql.all(withBytes ? SIZES : FIRST_BLOCKS, [])).map(([accountId, firstBlock, bytes]) => ({ accountId, firstBlock, bytes }) as MappedAccount);
}

export async function bytesOfBlocks(sql: SqlExecutor, accountId: number): Promise<readonly { readonly block: number; readonly bytes: number }[]> {
  const rows = await sql.all('SELECT block, sum(bytes) FROM block_counts WHERE account = ? GROUP BY block ORDER BY block', [accountId]);
  return rows.map(([block, bytes]) => ({ block: block as number, bytes: bytes as number }));
}

export async function deadAmong(sql: SqlExecutor, positions: readonly number[]): Promise<readonly number[]> {
  return (await sql.all('SELECT DISTINCT position FROM dead WHERE position IN (SELECT value FROM json_each(?))', [JSON.stringify(positions)])).map(([position]) => position as number);
}

const RESTING = `SELECT lane FROM lanes WHERE lane <> hook AND NOT EXISTS (SELECT 1 FROM units WHERE units.lane = lanes.lane)
  AND NOT EXISTS (SELECT 1 FROM dead WHERE dead.hook = lanes.hook AND dead.lane = lanes.lane) ORDER BY lane LIMIT ?`;

export async function restingExportLanes(sql: SqlExecutor, limit: number): Promise<readonly string[]> {
  return (await sql.all(RESTING, [limit])).map(([lane]) => lane as string);
}
