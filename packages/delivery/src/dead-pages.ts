import type { DeadRow, EventLog, LaneStore } from '@hookline/store';

/** Rows of one query, and of the commit that takes them away. */
const DEAD_ROWS_PER_PAGE = 1_000;

/** A dead letter as it is known outside. */
export interface DeadId {
  readonly shard: number;
  readonly row: number;
}

/** The dead events of a hook on this shard, page by page: those that are named, or all there are now. What is sent again and dies again meanwhile gets a higher id: it is not met. */
export async function* deadPages(log: EventLog & LaneStore, hookId: string, wanted: readonly DeadId[] | 'all'): AsyncGenerator<readonly DeadRow[]> {
  const ids = wanted === 'all' ? null : wanted.filter((id) => id.shard === log.shard).map((id) => id.row);
  if (ids?.length === 0) return;
  const [newest] = (await log.deadLetters(hookId, { limit: 1, after: null })).data;
  const last = newest?.id ?? 0;
  for (let after = 0; after < last; ) {
    const rows = await log.deadRows(hookId, ids, after, DEAD_ROWS_PER_PAGE);
    yield rows.filter((row) => row.id <= last);
    if (rows.length < DEAD_ROWS_PER_PAGE) return;
    after = rows.at(-1)?.id ?? last;
  }
}
