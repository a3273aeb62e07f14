// SQL of a search through the log from its end.
import type { EventSearchQuery, FoundEvent } from '../event-search.ts';
import type { SqlExecutor } from './sql-executor.ts';

const TYPES = (at: string): string => `(${at} IS NULL OR type IN (SELECT value FROM json_each(${at})))`;
/** One text whatever is asked for, so that it is prepared once. Only what stands before the message is read of rows that do not fit. */
const SEARCH = `SELECT position, octet_length(base) + coalesce(octet_length(moment), 0) + coalesce(octet_length(custom), 0) FROM events
  WHERE position > ?1 AND position <= ?2 AND kind = 0 AND account = ?3 AND ${TYPES('?4')} AND (?5 IS NULL OR database = ?5) AND (?6 IS NULL OR mailing = ?6) AND (?7 IS NULL OR profile = ?7)
  ORDER BY position DESC LIMIT ?8`;
const BLOCK_BELOW = `SELECT block FROM block_counts WHERE account = ?1 AND block >= ?2 AND block < ?3 AND ${TYPES('?4')} ORDER BY block DESC LIMIT 1`;
const typesArg = (query: EventSearchQuery): string | null => (query.eventTypes === null ? null : JSON.stringify(query.eventTypes));

export async function searchEvents(sql: SqlExecutor, query: EventSearchQuery, after: number, through: number, limit: number): Promise<readonly FoundEvent[]> {
  const rows = await sql.all(SEARCH, [after, through, query.accountId, typesArg(query), query.databaseId, query.mailingId, query.profileId, limit]);
  return rows.map(([position, bytes]) => ({ position, bytes }) as FoundEvent);
}

export async function blockBelow(sql: SqlExecutor, query: EventSearchQuery, fromBlock: number, endBlock: number): Promise<number | null> {
  const [row] = await sql.all(BLOCK_BELOW, [query.accountId, fromBlock, endBlock, typesArg(query)]);
  return (row?.[0] as number | undefined) ?? null;
}

export async function rowAtOrBelow(sql: SqlExecutor, position: number): Promise<{ readonly position: number; readonly time: number } | null> {
  const [row] = await sql.all('SELECT position, time FROM events WHERE position <= ? ORDER BY position DESC LIMIT 1', [position]);
  return row ? { position: row[0] as number, time: row[1] as number } : null;
}
