import type { ControlRow, EventRow, LogRow } from '@hookline/core';
import type { BlockCount, EventQuery, LaneEdge } from './event-history.ts';
import type { EventSearchQuery, FoundEvent } from './event-search.ts';
import type { LaneOp, LaneStore } from './lane-store.ts';

/**
 * What a driver of the log must do; `ShardLog` does the rest (grouping, idempotency, ids) the same way on every driver. `commit` is atomic and durable when it
 * resolves. When it rejects, nobody knows: `header` tells by `sequence` whether it took place. Only one process commits at a time.
 */
export interface LogBackend extends Pick<LaneStore, 'load' | 'scanned' | 'controls' | 'snapshot' | 'attempts' | 'deadLetters' | 'deadRows' | 'units' | 'restingExportLanes' | 'deadAt' | 'endedAt' | 'series'> {
  readonly shard: number;
  /** Opens (again, after a failed commit) and reads the header from what is durable. Throws `store_unavailable`, or `invariant_broken` for files that cannot be ours. */
  header(): Promise<LogHeader>;
  commit(commit: LogCommit): Promise<void>;
  /** Rows in (after, through], in order, at most `rowsMax` and about `bytesMax`; fewer only at the end. */
  readRows(after: number, through: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<readonly LogRow[]>;
  readAt(positions: readonly number[]): Promise<readonly LogRow[]>;
  /** Lowest position whose time is >= `timeMs`, or null. */
  firstAt(timeMs: number): Promise<number | null>;
  /** Callers' ids above `after`, at most `limit`, in order. */
  callerIds(after: number, limit: number): Promise<readonly CallerId[]>;
  /** Those of these positions that carry a caller's id. */
  callerIdsAt(positions: readonly number[]): Promise<readonly CallerId[]>;
  /** In order. The filters of runs that were sealed before `sinceMs` are left out: their ids are outside the window. */
  idRuns(sinceMs: number): Promise<readonly IdRunRow[]>;
  /** The sorted entries of one part of a sealed run; null = it was removed. */
  idRunPart(run: number, part: number): Promise<Uint8Array | null>;
  idempotent(accountId: number, path: string, key: string): Promise<IdempotencyRow | null>;
  /** Accounts that are in the block map, with the first block that has events of theirs, and what these take, where that is asked for. */
  mappedAccounts(withBytes: boolean): Promise<readonly MappedAccount[]>;
  /** What an account's events take, block by block, in order, by the map. */
  bytesOfBlocks(accountId: number): Promise<readonly { readonly block: number; readonly bytes: number }[]>;
  /** The lowest position that some lane has still to read or some open unit needs: of every account, and of those that have one. */
  needed(): Promise<NeededPositions>;
  /** Those of these positions that a dead letter needs. */
  deadAmong(positions: readonly number[]): Promise<readonly number[]>;
  /** What is older than it is kept, at most `limit` of each. */
  oldRows(limits: OldRowLimits, limit: number): Promise<OldRows>;
  /** Of the first row above `after`, whatever it is; null = there is none. */
  nextPosition(after: number): Promise<number | null>;
  /** Blocks below this number are in the block map. */
  mappedBlocks(): Promise<number>;
  countBlock(block: number): Promise<readonly BlockCount[]>;
  /** By the map: the first block in [fromBlock, endBlock) that has such an event; null = none. */
  nextBlock(query: EventQuery, fromBlock: number, endBlock: number): Promise<number | null>;
  countInBlocks(query: EventQuery, fromBlock: number, endBlock: number): Promise<number>;
  /** By the rows, in (after, through]. */
  countEvents(query: EventQuery, after: number, through: number): Promise<number>;
  findEvents(query: EventQuery, after: number, through: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<readonly EventRow[]>;
  laneEdge(laneId: string, accountId: number): Promise<LaneEdge>;
  /** By the rows, in (after, through], newest first, at most `limit`. */
  searchEvents(query: EventSearchQuery, after: number, through: number, limit: number): Promise<readonly FoundEvent[]>;
  /** By the map: the last block in [fromBlock, endBlock) that has events of the account and the types; null = none. */
  blockBelow(query: EventSearchQuery, fromBlock: number, endBlock: number): Promise<number | null>;
  /** The last row at or below `position`, whatever it is; null = there is none. */
  rowAtOrBelow(position: number): Promise<{ readonly position: number; readonly time: number } | null>;
  /** null = a commit is on disk when it resolves, as checked just now; else why that is not so. */
  durability(): Promise<string | null>;
  close(): Promise<void>;
}

export interface LogHeader {
  /** Random, made with the log: a cursor belongs to one log. */
  readonly logId: string;
  /** Grows by one with each commit. */
  readonly sequence: number;
  readonly end: number;
  readonly time: number;
}

export interface MappedAccount {
  readonly accountId: number;
  readonly firstBlock: number;
  /** 0 where it was not asked for. */
  readonly bytes: number;
}

export interface NeededPositions {
  /** Above what all lanes that follow have been matched through. */
  readonly ofAll: number;
  readonly ofAccount: ReadonlyMap<number, number>;
}

export interface CallerId {
  readonly position: number;
  readonly time: number;
  readonly accountId: number;
  readonly callerId: string;
}

export interface IdRunRow {
  readonly run: number;
  /** Ids of all positions at or below it are in this run or an older one. */
  readonly through: number;
  readonly ids: number;
  /** Log time when it was sealed: no id in it is younger. */
  readonly time: number;
  readonly filter: Uint8Array | null;
}

/** Unix ms; null = nothing of it is removed. */
export interface OldRowLimits {
  readonly nowMs: number;
  readonly idempotencyBefore: number;
  /** Of the account whose events are kept shortest. */
  readonly eventsBefore: number | null;
  readonly eventsBeforeOf: (accountId: number) => number | null;
  /** Events at or below it have been looked at, or are looked at by the block map. */
  readonly eventsAfter: number;
  readonly attemptsBefore: number | null;
  readonly deadBefore: number | null;
}

export interface OldRows {
  /** Requests up to this time, included; null = none. */
  readonly idempotencyThrough: number | null;
  /** Positions of events that no lane has still to read, no open unit and no dead letter needs. */
  readonly events: readonly number[];
  readonly eventsThrough: number;
  /** Keys of stored rows, which hold one attempt or many. */
  readonly attempts: readonly number[];
  readonly dead: readonly number[];
  /** Buckets of a step that began before a time: so many of the oldest. */
  readonly series: readonly { readonly stepMs: number; readonly before: number; readonly rows: number }[];
  /** Id runs whose events are all gone. */
  readonly runs: readonly number[];
  readonly more: boolean;
}

export interface IdempotencyRow {
  readonly accountId: number;
  readonly path: string;
  readonly key: string;
  readonly bodyHash: string;
  readonly answer: string;
  readonly time: number;
}

/** A row on its way in; an event without a caller's id has `callerId` null. */
export type NewRow = (EventRow & { readonly callerId: string | null }) | ControlRow;

export interface LogCommit {
  readonly sequence: number;
  readonly end: number;
  readonly time: number;
  readonly rows: readonly NewRow[];
  readonly idempotency: readonly IdempotencyRow[];
  readonly lane: readonly LaneOp[];
  readonly remove: readonly OldRows[];
  readonly runParts: readonly { readonly run: number; readonly part: number; readonly entries: Uint8Array }[];
  readonly run: IdRunRow | null;
}

/** It makes the log grow; an empty one asks whether it could. Everything else (lanes, changes of hooks, cleaning up) may use the last of the disk. */
export function isIngest(commit: LogCommit): boolean {
  return commit.rows.some((row) => row.kind === 'event') || commit.rows.length + commit.lane.length + commit.remove.length + commit.idempotency.length === 0;
}
