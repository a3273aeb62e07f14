// The log as a replay reads it: the events of one account, of some types, by the days of their `event_date`, in order of position. The block map says where there
// are any: for every 4,096 positions it counts the events by account, day and type. It is a cache of the log, made from complete blocks off the ingest commit and
// rebuildable; what it does not cover yet is scanned. Retention takes what it removes out of the counts in the same commit.
import type { EventRow } from '@hookline/core';
import type { EventSearchQuery, SearchStep } from './event-search.ts';
import type { LaneOp } from './lane-store.ts';
import type { LogBackend } from './log-backend.ts';

export const BLOCK_POSITIONS = 4_096;
export const DAY_MS = 86_400_000;
/** What an event takes beside its texts: columns, keys, room in pages. */
export const EVENT_OVERHEAD_BYTES = 150;

/** Block `n` has the positions n × 4,096 + 1 … (n + 1) × 4,096. */
export const blockOf = (position: number): number => Math.floor((position - 1) / BLOCK_POSITIONS);
export const lastOfBlock = (block: number): number => (block + 1) * BLOCK_POSITIONS;
export const dayOf = (unixMs: number): number => Math.floor(unixMs / DAY_MS);

export interface EventQuery {
  readonly accountId: number;
  /** null = all. */
  readonly eventTypes: readonly string[] | null;
  /** Days of `event_date` since 1970-01-01 in UTC, both included; `throughDay` null = no end. */
  readonly fromDay: number;
  readonly throughDay: number | null;
}

/** Events of one block that have this account, day and type. */
export interface BlockCount {
  readonly accountId: number;
  readonly day: number;
  readonly eventType: string;
  readonly events: number;
  /** What they take in the log, estimated from their texts. */
  readonly bytes: number;
}

/** Where a hook's live lane stands, from one snapshot. */
export interface LaneEdge {
  /** Everything at or below it is in a unit, settled, or does not match; what is above it is live's. */
  readonly assigned: number;
  /** Positions at or below it that are in open units, ascending. */
  readonly open: readonly number[];
}

export interface EventPage {
  readonly rows: readonly EventRow[];
  /** Everything at or below it has been looked at. */
  readonly through: number;
}

export class EventHistory {
  readonly #backend: LogBackend;
  readonly #end: () => number;
  readonly #commit: (ops: readonly LaneOp[]) => Promise<void>;
  /** Blocks below this number are in the map; null = not read yet. */
  #mapped: number | null = null;
  #upkeep: Promise<unknown> = Promise.resolve();

  constructor(backend: LogBackend, end: () => number, commit: (ops: readonly LaneOp[]) => Promise<void>) {
    this.#backend = backend;
    this.#end = end;
    this.#commit = commit;
  }

  /** Counts the next complete block. True = there may be another: call again. */
  mapNextBlock(): Promise<boolean> {
    return this.alone(async () => {
      const block = await this.#mappedBlocks();
      if (lastOfBlock(block) > this.#end()) return false;
      const counts = await this.#backend.countBlock(block);
      // Nothing there: the blocks behind it that have nothing either are done with it. A log that was put back from a copy has a gap of a million of them.
      const last = counts.length > 0 ? block : blockOf(await this.#nextRow(lastOfBlock(block), this.#end() + 1)) - 1;
      this.#mapped = Math.max(block, last) + 1;
      await this.#commit([{ op: 'block', block: this.#mapped - 1, counts }]);
      return lastOfBlock(this.#mapped) <= this.#end();
    });
  }

  /** Upkeep that counts events and upkeep that removes them take turns. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#upkeep.then(work, work);
    this.#upkeep = mine.catch(() => undefined);
    return mine;
  }

  /** Every event at or below this position is counted in the map. */
  async mappedThrough(): Promise<number> {
    const blocks = await this.#mappedBlocks();
    return blocks === 0 ? 0 : lastOfBlock(blocks - 1);
  }

  /** Position of the first row above `after`, at most `most`. */
  async #nextRow(after: number, most: number): Promise<number> {
    return Math.min((await this.#backend.nextPosition(after)) ?? most, most);
  }

  async #mappedBlocks(): Promise<number> {
    return (this.#mapped ??= await this.#backend.mappedBlocks());
  }

  /** By the map: nothing in (`after`, the answer] is an event that the query takes. */
  async emptyThrough(query: EventQuery, after: number): Promise<number> {
    const mapped = await this.#mappedBlocks();
    if (blockOf(after + 1) >= mapped) return after;
    const block = await this.#backend.nextBlock(query, blockOf(after + 1), mapped);
    return Math.max(after, block === null ? lastOfBlock(mapped - 1) : lastOfBlock(block - 1));
  }

  /** Events in (after, through] that the query takes, in order, at most `rowsMax` and about `bytesMax`; an empty page may come before the end. */
  async page(query: EventQuery, after: number, through: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<EventPage> {
    const from = await this.emptyThrough(query, after);
    if (from >= through) return { rows: [], through };
    const last = Math.min(through, lastOfBlock(blockOf(from + 1)));
    const rows = await this.#backend.findEvents(query, from, last, limits);
    return { rows, through: rows.at(-1)?.position ?? Math.max(last, (await this.#nextRow(last, through + 1)) - 1) };
  }

  /** How many events in (after, through] the query takes. Exact; whole blocks are taken from the map, the rest is counted a block at a time. */
  async count(query: EventQuery, after: number, through: number): Promise<number> {
    const mapped = await this.#mappedBlocks();
    const firstWhole = blockOf(after) + 1;
    const endWhole = Math.max(firstWhole, Math.min(mapped, blockOf(through + 1)));
    let events = firstWhole < endWhole ? await this.#backend.countInBlocks(query, firstWhole, endWhole) : 0;
    for (let from = after; from < through; ) {
      const last = Math.min(through, lastOfBlock(blockOf(from + 1)));
      const block = blockOf(last);
      if (firstWhole <= block && block < endWhole) {
        from = lastOfBlock(endWhole - 1);
        continue;
      }
      const found = await this.#backend.countEvents(query, from, last);
      events += found;
      from = found > 0 ? last : Math.max(last, (await this.#nextRow(last, through + 1)) - 1);
    }
    return events;
  }

  /**
   * One step of a search from `through` down to `after` (which is not looked at): the newest events that the query takes, at most `rowsMax` and about `bytesMax`, of one
   * block at most. An empty step may come before the end, which is `through` = `after`.
   */
  async searchBack(query: EventSearchQuery, after: number, through: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<SearchStep> {
    const top = await this.#backend.rowAtOrBelow(through);
    if (top === null || top.position <= after) return { rows: [], through: after, time: null };
    let last = top.position;
    if (blockOf(last) < (await this.#mappedBlocks())) {
      const block = await this.#backend.blockBelow(query, blockOf(after + 1), blockOf(last) + 1);
      if (block === null) return { rows: [], through: after, time: null };
      last = Math.min(last, lastOfBlock(block));
    }
    const first = Math.max(after, lastOfBlock(blockOf(last) - 1));
    const found = await this.#backend.searchEvents(query, first, last, limits.rowsMax);
    let bytes = 0;
    const read = found.filter((event, index) => index === 0 || (bytes += (found[index - 1] as typeof event).bytes) < limits.bytesMax).map(({ position }) => position);
    const rows = read.length === 0 ? [] : ((await this.#backend.readAt(read.toReversed())).filter((row) => row.kind === 'event').reverse());
    const isWhole = read.length === found.length && found.length < limits.rowsMax;
    return { rows, through: isWhole ? first : (read.at(-1) as number) - 1, time: top.time };
  }

  /** Where this lane stands; a hook that has no lane yet stands where all lanes that follow stand. */
  laneEdge(laneId: string, accountId: number): Promise<LaneEdge> {
    return this.#backend.laneEdge(laneId, accountId);
  }
}
