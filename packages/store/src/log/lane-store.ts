import type { ControlRow, Evidence, FailureCode } from '@hookline/core';
import type { SeriesBucket } from './delivery-series.ts';
import type { BlockCount } from './event-history.ts';

/**
 * What a shard keeps about lanes: cursors and numbers, open units, dead events, attempts. It lives in the log's own database, so that its changes join the
 * commits that happen anyway. `commit` resolves once durable; ops of one call are one transaction, calls take effect in the order they were made, and a failing
 * store is tried again until it works or the log closes: the caller never has to undo.
 */
export interface LaneStore {
  /** `patient`: it joins a commit that is made anyway, as long as there are any; calls that are patient keep their order among each other. */
  commit(ops: readonly LaneOp[], options?: { readonly patient?: boolean }): Promise<void>;
  /** Everything a relay needs to go on: read once, at start. */
  load(): Promise<LaneState>;
  /** Every lane of this account that is not `behind` has been matched through this position. */
  scanned(accountId: number): Promise<number>;
  /** All control records of the shard, in order. */
  controls(): Promise<readonly ControlRow[]>;
  /** Numbers of these hooks' lanes, all from one snapshot. */
  snapshot(hookIds: readonly string[]): Promise<ReadonlyMap<string, LaneSnapshot>>;
  /** Newest first; `after` = the last one's key of the page before. */
  attempts(hookId: string, page: { readonly limit: number; readonly after: string | null }): Promise<{ readonly data: readonly AttemptRow[]; readonly next: string | null }>;
  deadLetters(hookId: string, page: { readonly limit: number; readonly after: number | null }): Promise<{ readonly data: readonly DeadRow[]; readonly next: number | null }>;
  /** Dead rows by id (ascending), or the oldest `limit` above `after` when no ids are given. */
  deadRows(hookId: string, ids: readonly number[] | null, after: number, limit: number): Promise<readonly DeadRow[]>;
  units(laneId: string): Promise<readonly UnitRow[]>;
  /** Lanes of exports that have no open unit and no dead event: of one that is over, nothing will change any more. */
  restingExportLanes(limit: number): Promise<readonly string[]>;
  /** What attempts came to in the buckets of one step that begin at these times, by hook; a bucket in which nothing happened is missing. */
  series(hookIds: readonly string[], stepMs: number, times: readonly number[]): Promise<readonly (SeriesBucket & { readonly hookId: string })[]>;
  /** Of the hook's live lane, not of its exports. */
  deadAt(hookId: string, position: number): Promise<DeadRow | null>;
  /** How this event's way to the hook ended last, if it did not end dead; null = it did not, or too long ago. Of the hook's live lane, not of its exports. */
  endedAt(hookId: string, position: number): Promise<Ending | null>;
}

/** The end of a delivery, or of some of its events. Kept as long as attempts are. */
export interface Ending {
  readonly fate: 'delivered' | 'cancelled' | 'expired';
  /** null = it was in none yet. */
  readonly deliveryId: string | null;
}

/** A hold (`engine.md` 6): the lane sends nothing but a probe now and then. Times are unix ms. */
export interface HoldState {
  readonly since: number;
  readonly probes: number;
  readonly nextProbeAt: number;
  /** The destination has named it: nothing is sent before, whatever happens. */
  readonly notBefore?: number;
  readonly code: FailureCode;
  readonly message: string;
}

export interface LaneNumbers {
  readonly matched: number;
  readonly delivered: number;
  readonly dead: number;
  readonly cancelled: number;
  readonly expired: number;
  readonly attempts: number;
}

/** One hook (or one export) on this shard. `laneId` is the hook's id, or the export's. */
export interface LaneRow extends LaneNumbers {
  readonly laneId: string;
  readonly hookId: string;
  readonly accountId: number;
  /** Every position at or below it is in a unit, settled, or does not match. */
  readonly assigned: number;
  /** True: the lane reads for itself from `assigned`; the shard's `scanned` does not speak for it. */
  readonly behind: boolean;
  readonly round: number;
  /** The last change of the hook that has moved this cursor: its record is met again after a restart. */
  readonly change: number;
  readonly hold: HoldState | null;
  /** Unix ms at which its last attempt that succeeded while others were open began: evidence about these, also after a restart. Absent = none did. */
  readonly succeededAt?: number;
  /** Of an export: how many events of its account, types and period it has looked at through `assigned`. */
  readonly scanned?: number;
}

export type UnitLifecycle = 'in_flight' | 'waiting';

/** One delivery as stored. Positions are explicit: what was sent under an id can be made again whatever the hook looks like by then. */
export interface UnitRow {
  /** Stays while the unit lives, also when `deliveryId` changes. */
  readonly key: string;
  readonly laneId: string;
  readonly hookId: string;
  readonly accountId: number;
  readonly deliveryId: string;
  readonly round: number;
  readonly redrive: number;
  readonly revision: number;
  readonly positions: readonly number[];
  readonly state: UnitLifecycle;
  /** Attempts launched under any id of this unit. */
  readonly attempt: number;
  /** Those that count towards dead: a death of our own process does not. */
  readonly tries: number;
  readonly firstAt: number;
  /** Unix ms since which it is known to fail; null = it has not failed. */
  readonly failedAt: number | null;
  /** Unix ms of the next try; null while in flight. */
  readonly nextAt: number | null;
  /** Hash of the body that went out first under `deliveryId`; null before the first attempt. */
  readonly bodyHash: string | null;
}

export interface DeadRow {
  readonly id: number;
  readonly laneId: string;
  readonly hookId: string;
  readonly accountId: number;
  readonly position: number;
  readonly eventId: string;
  readonly deliveryId: string;
  readonly round: number;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly diedAt: number;
  readonly redrive: number;
}

export interface AttemptRow {
  readonly deliveryId: string;
  readonly attempt: number;
  readonly outcome: 'delivered' | 'rejected' | 'failed' | 'unknown';
  readonly code?: string;
  readonly message?: string;
  readonly events: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly nextAttemptAt?: number;
  readonly request?: Evidence['request'];
  readonly response?: Evidence['response'];
  /** Ascending: the events that it delivered, for `endedAt`; pages of attempts leave it out. */
  readonly taken?: readonly number[];
}

export interface LaneSnapshot extends LaneNumbers {
  readonly assigned: number;
  readonly behind: boolean;
  readonly round: number;
  readonly change: number;
  readonly hold: HoldState | null;
  readonly waiting: number;
  readonly inFlight: number;
  /** Lowest position of an open unit; null = none. */
  readonly oldestOpen: number | null;
  readonly scanned?: number;
}

export interface LaneState {
  readonly lanes: readonly LaneRow[];
  readonly units: readonly UnitRow[];
  /** Every lane that is not `behind` has been matched through this position. */
  readonly scanned: number;
}

/** Changes add up: numbers are increments, everything else is the new value. */
export type LaneOp =
  | {
      readonly op: 'lane';
      readonly laneId: string;
      readonly hookId: string;
      readonly accountId: number;
      readonly assigned?: number;
      readonly behind?: boolean;
      readonly round?: number;
      readonly change?: number;
      readonly hold?: HoldState | null;
      readonly succeededAt?: number;
      readonly scanned?: number;
      readonly add?: Partial<LaneNumbers>;
    }
  | { readonly op: 'scanned'; readonly position: number }
  | { readonly op: 'lane_gone'; readonly laneId: string }
  | { readonly op: 'unit'; readonly unit: UnitRow }
  | { readonly op: 'unit_gone'; readonly key: string }
  | { readonly op: 'dead'; readonly row: Omit<DeadRow, 'id'> }
  | { readonly op: 'dead_gone'; readonly id: number }
  | { readonly op: 'attempts'; readonly hookId: string; readonly rows: readonly AttemptRow[] }
  /** Events (ascending, at least one) that will not be delivered and are not dead. */
  | { readonly op: 'ended'; readonly hookId: string; readonly ending: Ending; readonly positions: readonly number[]; readonly at: number }
  /** Dead events are to go out again; whoever delivers the lane takes it up. */
  | { readonly op: 'redrive_asked'; readonly accountId: number; readonly hookId: string; readonly laneId: string; readonly ids: readonly number[] }
  /** A complete block, for the map of `event-history.ts`. */
  | { readonly op: 'block'; readonly block: number; readonly counts: readonly BlockCount[] };
