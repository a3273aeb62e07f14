import type { ControlRow, LogRow } from '@hookline/core';
import type { LaneOp, LaneStore } from './lane-store.ts';

/**
 * What a driver of the log must do; `ShardLog` does the rest (grouping, idempotency, ids) the same way on every driver. `commit` is atomic and durable when it
 * resolves. When it rejects, nobody knows: `header` tells by `sequence` whether it took place. Only one process commits at a time.
 */
export interface LogBackend extends Pick<LaneStore, 'load' | 'scanned' | 'controls' | 'snapshot' | 'attempts' | 'deadLetters' | 'deadRows' | 'units' | 'deadAt'> {
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
  idRuns(): Promise<readonly IdRunRow[]>;
  /** The sorted entries of one part of a sealed run; null = it was removed. */
  idRunPart(run: number, part: number): Promise<Uint8Array | null>;
  idempotent(accountId: number, path: string, key: string): Promise<IdempotencyRow | null>;
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
  readonly filter: Uint8Array;
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
export type NewRow = (import('@hookline/core').EventRow & { readonly callerId: string | null }) | ControlRow;

export interface LogCommit {
  readonly sequence: number;
  readonly end: number;
  readonly time: number;
  readonly rows: readonly NewRow[];
  readonly idempotency: readonly IdempotencyRow[];
  readonly lane: readonly LaneOp[];
  readonly runParts: readonly { readonly run: number; readonly part: number; readonly entries: Uint8Array }[];
  readonly run: IdRunRow | null;
}
