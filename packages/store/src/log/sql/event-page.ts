import type { SqlValue } from './sql-executor.ts';

export const EVENT_COLUMNS = 'position, time, kind, account, database, type, resource, mailing, template, segment, pixel, profile, event_time, caller_id, base, moment, custom, content_ref';
const BYTES = 'octet_length(base) + coalesce(octet_length(moment), 0) + coalesce(octet_length(custom), 0)';

/** Rows of the event table, by position: at most `rowsMax` and about `bytesMax` of text, one row at least where there is one. */
export interface EventPage {
  /** A condition on the table, its values in `args`. */
  readonly where: string;
  readonly args: readonly SqlValue[];
  readonly rowsMax: number;
  readonly bytesMax: number;
}

interface Query {
  readonly sql: string;
  readonly args: readonly SqlValue[];
}

/** In two steps, for whoever is beside the file: the sizes of the texts, then as many rows as fit. */
export const sizesSql = ({ where, args, rowsMax }: EventPage): Query => ({
  sql: `SELECT ${BYTES} FROM events WHERE ${where} ORDER BY position LIMIT ?`,
  args: [...args, rowsMax],
});
export function countWithin(sizes: readonly (readonly unknown[])[], bytesMax: number): number {
  let bytes = 0;
  let count = 0;
  while (count < sizes.length && bytes < bytesMax) bytes += sizes[count++]?.[0] as number;
  return count;
}
export const rowsSql = ({ where, args }: EventPage, count: number): Query => ({
  sql: `SELECT ${EVENT_COLUMNS} FROM events WHERE ${where} ORDER BY position LIMIT ?`,
  args: [...args, count],
});

/** The same in one, for a server. */
export const eventPageSql = ({ where, args, rowsMax, bytesMax }: EventPage): Query => ({
  sql: `SELECT ${EVENT_COLUMNS} FROM events WHERE ${where} AND position <= (SELECT max(position) FROM (SELECT position, bytes, sum(bytes) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS total FROM
  (SELECT position, ${BYTES} AS bytes FROM events WHERE ${where} ORDER BY position LIMIT ?)) WHERE total - bytes < ?) ORDER BY position`,
  args: [...args, ...args, rowsMax, bytesMax],
});
