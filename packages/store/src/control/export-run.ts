import type { HookSelection } from '@hookline/core';
import type { LaneNumbers } from '../log/lane-store.ts';
import type { AuditInput, Page, PageRequest } from './control-store.ts';

/**
 * What an export is at any moment:
 *
 *   in_progress  some exporter reads and delivers, or will once it has room.
 *   paused       nothing is sent; `pausedBy` says who may end it: its user, or the hook that is switched off.
 *   completed    everything in the period was delivered, or is among the dead letters or the expired.
 *   error        it cannot go on; `error` says why.
 *   aborted      by its user, or because its hook was deleted. No attempt begins any more.
 */
export type ExportStatus = 'in_progress' | 'paused' | 'completed' | 'error' | 'aborted';
export type ExportPause = 'user' | 'hook_inactive';

/** The part of one shard that an export goes through. */
export interface ExportShard {
  readonly shard: number;
  readonly logId: string;
  /** Its last position. */
  readonly through: number;
  /** `"to": "now"`: what lies above this position, while the hook is active, is live's; null = nothing is. */
  readonly liveAfter: number | null;
  /** Stretches above `liveAfter` in which the hook was active, ends included. */
  readonly live: readonly (readonly [first: number, last: number])[];
  /** Positions at or below `liveAfter` that live was still delivering. */
  readonly leftOut: readonly number[];
}

export interface ExportNumbers extends Omit<LaneNumbers, 'attempts'> {
  /** Events of the period that were looked at. */
  readonly scanned: number;
}

export interface ExportRun {
  /** `exp_…` */
  readonly id: string;
  readonly accountId: number;
  readonly hookId: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly from: string;
  /** Included; or `now`. */
  readonly to: string;
  readonly status: ExportStatus;
  readonly pausedBy: ExportPause | null;
  /** The hook's, as it was when the export was made, without event types that cannot be exported. */
  readonly selection: HookSelection;
  readonly skippedEventTypes: readonly string[];
  readonly shards: readonly ExportShard[];
  readonly maxEventsPerSec: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Events of the account, the types and the period when it began; null = not counted yet. */
  readonly total: number | null;
  /** Of these, how many retention removed before the export came there. */
  readonly removed: number;
  readonly finishedAt: number | null;
  /** Its numbers over all shards, once nothing will change about them and the log has forgotten its lanes. */
  readonly final: ExportNumbers | null;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type ExportPatch = Partial<Pick<ExportRun, 'status' | 'pausedBy' | 'maxEventsPerSec' | 'error' | 'total' | 'removed' | 'finishedAt' | 'shards' | 'final'>>;

/** A change takes place only where all of these hold. */
export interface ExportCondition {
  readonly status: readonly ExportStatus[];
  readonly pausedBy?: ExportPause;
  readonly version?: number;
  /** Of the lease under which it was decided. */
  readonly fence?: number;
}

export interface ExportLease {
  readonly owner: string;
  readonly leaseMs: number;
  /** No other process can have a lease: the one that is stored is what a crash has left. */
  readonly alone: boolean;
}

export interface ExportStore {
  /** `running`: the hook has one that is in progress or paused; nothing is stored. */
  create(run: Omit<ExportRun, 'version' | 'createdAt' | 'updatedAt'>, nowMs: number, audit?: AuditInput): Promise<ExportRun | 'running'>;
  get(accountId: number, id: string): Promise<ExportRun | null>;
  /** Newest first; all of the account's where `hookId` is null. */
  list(accountId: number, hookId: string | null, page: PageRequest): Promise<Page<ExportRun>>;
  /** For the exporter, of all accounts: those in progress or paused, and those with these ids. */
  unfinishedOr(ids: readonly string[]): Promise<readonly ExportRun[]>;
  /** `bumpVersion: false` = bookkeeping. */
  update(id: string, patch: ExportPatch, options: { readonly nowMs: number; readonly only: ExportCondition; readonly bumpVersion?: boolean; readonly audit?: AuditInput }): Promise<ExportRun | 'not_found' | 'wrong_state' | 'version_conflict'>;
  /** Takes or renews the lease, by the database's clock; its fence, which every lease anew raises. null = another process has it. */
  lease(id: string, lease: ExportLease): Promise<number | null>;
  release(id: string, owner: string): Promise<void>;
  /** As `HookStore.onChange`. */
  onChange(listener: (run: ExportRun) => void): () => void;
}
