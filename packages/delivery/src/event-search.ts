// Recorded events, newest first, over all shards. A log of ten million events has no index to search by, so an answer comes after a second at the latest with what was
// found until then, and says how far back it has looked. All searches take turns block by block: whoever delivers waits for one block at most.
import type { Clock, EventRow } from '@hookline/core';
import type { EventHistory, EventLog, EventSearchQuery } from '@hookline/store';

export interface EventSearchOptions {
  readonly logs: readonly (Pick<EventLog, 'end' | 'positionAt'> & { readonly history: Pick<EventHistory, 'searchBack'> })[];
  readonly clock: Pick<Clock, 'monotonic'>;
}

export interface EventSearchRequest {
  readonly query: EventSearchQuery;
  /** Log time, unix ms: `fromMs` included, `toMs` not; null = no bound. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly limit: number;
  /** From an earlier answer; null = from the end of the log. */
  readonly after: string | null;
}

export interface EventSearchResult {
  readonly rows: readonly EventRow[];
  /** Log time, unix ms, down to which everything has been looked at; null = all there is. */
  readonly searchedToMs: number | null;
  /** Where to go on; null = the end was reached. */
  readonly next: string | null;
}

const DEADLINE_MS = 1_000;
/** Of messages in one answer. */
const BYTES_MAX = 2 * 1024 * 1024;

export type EventSearch = (request: EventSearchRequest) => Promise<EventSearchResult>;

interface ShardReader {
  readonly log: EventSearchOptions['logs'][number];
  readonly after: number;
  through: number;
  /** Read already, newest first. */
  found: EventRow[];
  /** Log time: what is left of this shard is not younger. */
  bound: number;
}

export function createEventSearch({ logs, clock }: EventSearchOptions): EventSearch {
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  return async ({ query, fromMs, toMs, limit, after }) => {
    const until = clock.monotonic() + DEADLINE_MS;
    const resumed = parseKey(after);
    const readers = await Promise.all(logs.map(async (log, place): Promise<ShardReader> => {
      const end = log.end();
      const through = resumed[place] ?? (toMs === null ? end : Math.min(end, (await log.positionAt(toMs)) - 1));
      return { log, after: fromMs === null ? 0 : (await log.positionAt(fromMs)) - 1, through, found: [], bound: Number.POSITIVE_INFINITY };
    }));
    const rows: EventRow[] = [];
    let bytes = 0;
    for (;;) {
      const reader = readers.filter(isOpen).reduce<ShardReader | null>((best, one) => (best === null || one.bound > best.bound ? one : best), null);
      if (reader === null) return { rows, searchedToMs: null, next: null };
      const isKnown = reader.bound !== Number.POSITIVE_INFINITY;
      if (rows.length === limit || bytes >= BYTES_MAX || (isKnown && reader.found.length === 0 && clock.monotonic() >= until)) {
        return { rows, searchedToMs: isKnown ? reader.bound : null, next: readers.map(keyOf).join(',') };
      }
      const row = reader.found.shift();
      if (row !== undefined) {
        rows.push(row);
        bytes += row.base.length + (row.profile?.length ?? 0) + (row.customData?.length ?? 0);
        reader.bound = reader.found[0]?.time ?? row.time;
      } else {
        const step = await inTurn(() => reader.log.history.searchBack(query, reader.after, reader.through, { rowsMax: limit - rows.length, bytesMax: BYTES_MAX - bytes }));
        reader.found = [...step.rows];
        reader.through = step.through;
        reader.bound = step.rows[0]?.time ?? step.time ?? Number.NEGATIVE_INFINITY;
      }
    }
  };
}

const isOpen = (reader: ShardReader): boolean => reader.found.length > 0 || reader.through > reader.after;
const keyOf = (reader: ShardReader): number => reader.found[0]?.position ?? reader.through;
/** The positions to go on from, one a shard. */
const parseKey = (key: string | null): readonly number[] => (key === null ? [] : key.split(',').map(Number));
