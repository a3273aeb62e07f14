import type { Page } from '@hookline/store';
import { refuse, type Refusal } from '../http/refusal.ts';
import { STREAM_HEADERS, type SentEventStreams, type StreamWriter } from '../http/sent-events.ts';
import { EDGE_LIMITS } from '../limits.ts';
import type { PageCursors } from '../paging/page-cursor.ts';
import type { Answer } from '../route/route.ts';
import type { PageQuery } from '../schemas/common-schemas.ts';

export const printTime = (unixMs: number): string => new Date(unixMs).toISOString();

interface Stamped {
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}
export const printStamps = (row: Stamped): { version: number; created_at: string; updated_at: string } => ({ version: row.version, created_at: printTime(row.createdAt), updated_at: printTime(row.updatedAt) });

/** One object, whole, with its version as ETag. */
export const answerObject = (status: 200 | 201, body: { readonly version: number }): Answer => ({ status, body, headers: { etag: `"${body.version}"` } });
export const answerNothing: Answer = { status: 204 };

export const notFound = (): Refusal => refuse(404, 'not_found', 'There is no such object.');
export const versionConflict = (): Refusal => refuse(409, 'version_conflict', 'The object was changed meanwhile: read it again.');

/** A page of a list, its cursor bound to the account and the list. */
export async function answerPage<T>(cursors: PageCursors, place: { readonly accountId: number; readonly list: string; readonly limitDefault?: number }, query: PageQuery, read: (page: { limit: number; after: string | null }) => Promise<Page<T>>, print: (row: T) => unknown): Promise<Answer | Refusal> {
  const after = query.cursor === undefined ? null : cursors.parse(place.accountId, place.list, query.cursor);
  if (query.cursor !== undefined && after === null) return refuse(400, 'cursor_invalid', 'This cursor is not one of this list.');
  const page = await read({ limit: query.limit ?? place.limitDefault ?? EDGE_LIMITS.pageSizeDefault, after });
  return { status: 200, body: { data: page.data.map(print), next_cursor: page.next === null ? null : cursors.print(place.accountId, place.list, page.next) } };
}

/** A page of a list that is whole in memory. */
export function answerSlice(cursors: PageCursors, place: Parameters<typeof answerPage>[1], query: PageQuery, rows: readonly unknown[]): Promise<Answer | Refusal> {
  return answerPage(cursors, place, query, async ({ limit, after }) => {
    const from = Number(after ?? 0);
    return { data: rows.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null };
  }, (row) => row);
}

/** An answer that goes on, while there is room for one. */
export function answerStream(streams: SentEventStreams, accountId: number, write: StreamWriter): Answer | Refusal {
  const stream = streams.open(accountId, write);
  return stream === null ? refuse(429, 'too_many_streams', 'Too much is being followed at once.', '', { 'retry-after': '5' }) : { status: 200, stream, headers: STREAM_HEADERS };
}
