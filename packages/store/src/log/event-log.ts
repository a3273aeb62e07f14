import type { ControlRecord, EventDraft, EventRow, LogRow } from '@hookline/core';

/**
 * One shard of the event log: an ordered, append-only record with one appending process. Positions are integers that only grow and may have gaps.
 * What it promises: `append` resolves only after the events are on disk, with their idempotency records, in one transaction; commit order is position order;
 * log time never decreases. Appends that arrive while a commit syncs join the next one. Deliberately not here: matching, lanes (see `LaneStore`).
 */
export interface EventLog {
  readonly shard: number;
  /** Rejects with HooklineError `store_unavailable` (nothing stored, try again), `storage_full`, or `overloaded` (its queue is full). */
  append(request: AppendRequest): Promise<AppendResult>;
  /** A change of a hook; resolves with its position once durable. */
  appendControl(record: ControlRecord): Promise<number>;
  /** The highest durable position; 0 = empty. */
  end(): number;
  /** Called after each durable append with the new end. The answer stops it. */
  onAppend(listener: (end: number) => void): () => void;
  /** Rows above `after`, in order, at most `rowsMax` and about `bytesMax`. `through` = everything at or below it has been seen by a reader of this page. */
  read(after: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<LogPage>;
  /** Where readers stand that are behind the end and moving: what they come for next is kept at hand, as far as memory allows. Replaces what was said before. */
  keepFor(cursors: readonly number[]): void;
  /** The events at these positions (ascending); those that retention removed are missing. */
  readAt(positions: readonly number[]): Promise<readonly EventRow[]>;
  /** The lowest position whose log time is >= `timeMs`; end + 1 when there is none. */
  positionAt(timeMs: number): Promise<number>;
  /** By the id that destinations see, within the account; null = not in this log (any more). */
  findEvent(accountId: number, eventId: string): Promise<EventRow | null>;
}

export interface AppendRequest {
  readonly events: readonly EventDraft[];
  readonly idempotency?: IdempotentRequest;
}

/** A whole request made idempotent by its `Idempotency-Key`. */
export interface IdempotentRequest {
  readonly accountId: number;
  readonly path: string;
  readonly key: string;
  /** SHA-256 of the body, hex. */
  readonly bodyHash: string;
  /** The compact answer to keep; called once, before the commit, with what became of the events. */
  readonly answer: (items: readonly AppendedEvent[]) => string;
}

export interface AppendedEvent {
  readonly status: 'accepted' | 'duplicate';
  /** As destinations see it; of a duplicate: the first one's. */
  readonly eventId: string;
  readonly position: number;
}

export type AppendResult =
  | { readonly kind: 'stored'; readonly items: readonly AppendedEvent[] }
  /** The same request came before: its answer. */
  | { readonly kind: 'replay'; readonly answer: string }
  /** The key came before with another body; nothing stored. */
  | { readonly kind: 'mismatch' };

export interface LogPage {
  readonly rows: readonly LogRow[];
  readonly through: number;
}
