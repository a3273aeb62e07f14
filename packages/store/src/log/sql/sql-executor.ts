import type { EventPage } from './event-page.ts';

/** What a value can be in a statement; bytes come back as Uint8Array or ArrayBuffer, see `bytesOf`. */
export type SqlValue = string | number | null | Uint8Array;

export interface Statement {
  readonly sql: string;
  readonly args: readonly SqlValue[];
}

/** `ingest` makes the log grow and is refused first when room gets scarce; `upkeep` (lanes, cleaning up) may use the last of it. */
export type BatchKind = 'ingest' | 'upkeep';

/**
 * Runs SQL for one log database. `batch` is one transaction, durable when it resolves; it rejects with HooklineError `storage_full` or `overloaded` (somebody else holds
 * the lock), after which nothing happened, or `store_unavailable` (nobody knows what happened). `all` reads a whole page on another connection and sees every batch that has
 * resolved.
 */
export interface SqlExecutor {
  /** Opens, or opens again after a failure; applies the schema; verifies that commits are durable. Idempotent. */
  open(): Promise<void>;
  batch(statements: readonly Statement[], kind: BatchKind): Promise<void>;
  all(sql: string, args: readonly SqlValue[]): Promise<readonly (readonly unknown[])[]>;
  /** A page of events, as `all` sees it. */
  events(page: EventPage): Promise<readonly (readonly unknown[])[]>;
  /** null = `batch` is durable, as checked just now; else why not. */
  durability(): Promise<string | null>;
  close(): Promise<void>;
}

export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return new Uint8Array(value as ArrayBuffer);
}
