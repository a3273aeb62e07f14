// SQL of the block map and of what else reads the log by account, type and day.
import { BLOCK_POSITIONS, type BlockCount, blockOf, DAY_MS, EVENT_OVERHEAD_BYTES, type EventQuery, type LaneEdge } from '../event-history.ts';
import { slotOf } from '../shared/slot-of.ts';
import { decodePositions } from './positions-text.ts';
import type { SqlExecutor, SqlValue, Statement } from './sql-executor.ts';

/** Rounds down before 1970 too, where SQL's own division rounds towards zero. */
const DAY = `((event_time - ((event_time % ${DAY_MS}) + ${DAY_MS}) % ${DAY_MS}) / ${DAY_MS})`;
const BLOCK = `((position - 1) / ${BLOCK_POSITIONS})`;
const LAST_DAY = Math.floor(Number.MAX_SAFE_INTEGER / DAY_MS) - 1;

const typeArgs = ({ eventTypes }: EventQuery): SqlValue[] => [Number(eventTypes === null), JSON.stringify(eventTypes ?? [])];
const BYTES = `octet_length(base) + coalesce(octet_length(moment), 0) + coalesce(octet_length(custom), 0) + ${EVENT_OVERHEAD_BYTES}`;

/** Of the event table: takes `eventArgs`. */
export const EVENT_CONDITION = 'position > ? AND position <= ? AND kind = 0 AND account = ? AND event_time >= ? AND event_time < ? AND (? OR type IN (SELECT value FROM json_each(?)))';
export function eventArgs(query: EventQuery, after: number, through: number): SqlValue[] {
  return [after, through, query.accountId, query.fromDay * DAY_MS, ((query.throughDay ?? LAST_DAY) + 1) * DAY_MS, ...typeArgs(query)];
}

const IN_MAP = 'account = ? AND block >= ? AND block < ? AND day >= ? AND day <= ? AND (? OR type IN (SELECT value FROM json_each(?)))';
const mapArgs = (query: EventQuery, fromBlock: number, endBlock: number): SqlValue[] => [query.accountId, fromBlock, endBlock, query.fromDay, query.throughDay ?? LAST_DAY, ...typeArgs(query)];

export async function nextBlock(sql: SqlExecutor, query: EventQuery, fromBlock: number, endBlock: number): Promise<number | null> {
  const [row] = await sql.all(`SELECT block FROM block_counts WHERE ${IN_MAP} ORDER BY block LIMIT 1`, mapArgs(query, fromBlock, endBlock));
  return (row?.[0] as number | undefined) ?? null;
}

export async function countInBlocks(sql: SqlExecutor, query: EventQuery, fromBlock: number, endBlock: number): Promise<number> {
  const [row] = await sql.all(`SELECT coalesce(sum(events), 0) FROM block_counts WHERE ${IN_MAP}`, mapArgs(query, fromBlock, endBlock));
  return row?.[0] as number;
}

export async function countEvents(sql: SqlExecutor, query: EventQuery, after: number, through: number): Promise<number> {
  return (await sql.all(`SELECT count(*) FROM events WHERE ${EVENT_CONDITION}`, eventArgs(query, after, through)))[0]?.[0] as number;
}

export async function countBlock(sql: SqlExecutor, block: number): Promise<readonly BlockCount[]> {
  const first = block * BLOCK_POSITIONS;
  const rows = await sql.all(`SELECT account, ${DAY} AS day, type, count(*), sum(${BYTES}) FROM events WHERE position > ? AND position <= ? AND kind = 0 GROUP BY account, day, type`, [first, first + BLOCK_POSITIONS]);
  return rows.map(([accountId, day, eventType, events, bytes]) => ({ accountId, day, eventType, events, bytes }) as BlockCount);
}

/** One statement, hence one snapshot. */
export async function laneEdge(sql: SqlExecutor, laneId: string, accountId: number): Promise<LaneEdge> {
  const rows = await sql.all('SELECT max(h.scanned, s.scanned), l.assigned, l.behind, u.positions FROM header h JOIN slots s ON s.slot = ? LEFT JOIN lanes l ON l.lane = ? LEFT JOIN units u ON u.lane = ?', [slotOf(accountId), laneId, laneId]);
  const [scanned, own, behind] = rows[0] as [number, number | null, number | null];
  const assigned = behind === 1 ? (own ?? 0) : Math.max(own ?? 0, scanned);
  const open = rows.flatMap(([, , , positions]) => (positions === null ? [] : decodePositions(positions as string)));
  return { assigned, open: open.filter((position) => position <= assigned).sort((a, b) => a - b) };
}

export function blockStatements(block: number, counts: readonly BlockCount[]): Statement[] {
  const rows = JSON.stringify(counts.map((c) => [c.accountId, c.day, c.eventType, c.events, c.bytes]));
  return [
    { sql: `INSERT OR REPLACE INTO block_counts (account, block, day, type, events, bytes) SELECT value ->> 0, ?, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)`, args: [block, rows] },
    { sql: 'UPDATE block_map SET mapped = ? WHERE id = 1', args: [block + 1] },
  ];
}

/** Before the events at these positions are removed. */
export function uncountStatements(positions: readonly number[]): Statement[] {
  const first = positions[0];
  const last = positions.at(-1);
  if (first === undefined || last === undefined) return [];
  return [
    {
      sql: `UPDATE block_counts SET events = block_counts.events - gone.events, bytes = block_counts.bytes - gone.bytes FROM
        (SELECT account, ${BLOCK} AS block, ${DAY} AS day, type, count(*) AS events, sum(${BYTES}) AS bytes FROM events WHERE position IN (SELECT value FROM json_each(?)) AND kind = 0 GROUP BY account, ${BLOCK}, ${DAY}, type) AS gone
        WHERE block_counts.account = gone.account AND block_counts.block = gone.block AND block_counts.day = gone.day AND block_counts.type = gone.type`,
      args: [JSON.stringify(positions)],
    },
    { sql: 'DELETE FROM block_counts WHERE block BETWEEN ? AND ? AND events <= 0', args: [blockOf(first), blockOf(last)] },
  ];
}

/** The tables, for the schema of the log. Rows in the order in which a replay goes through them; `block_counts_of_block` is for retention. */
export const BLOCK_MAP_SCHEMA: readonly string[] = [
  `CREATE TABLE block_counts (account INTEGER NOT NULL, block INTEGER NOT NULL, day INTEGER NOT NULL, type TEXT NOT NULL, events INTEGER NOT NULL,
    PRIMARY KEY (account, block, day, type)) WITHOUT ROWID`,
  'CREATE INDEX block_counts_of_block ON block_counts (block)',
  'CREATE TABLE block_map (id INTEGER PRIMARY KEY CHECK (id = 1), mapped INTEGER NOT NULL)',
  'INSERT INTO block_map (id, mapped) VALUES (1, 0)',
  // Of a lane of an export: how many events it has looked at through `assigned`.
  'ALTER TABLE lanes ADD COLUMN scanned INTEGER',
];

/** What retention by size asks of it. Blocks from before bytes were counted are counted again. */
export const BLOCK_BYTES_SCHEMA: readonly string[] = [
  'ALTER TABLE block_counts ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0',
  'DELETE FROM block_counts',
  'UPDATE block_map SET mapped = 0',
];
