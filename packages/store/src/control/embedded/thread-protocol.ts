import type { SqlRows, SqlStatement } from '../control-sql.ts';

/** What the owner asks of the writing thread. `open` comes first; all but `write` wait for the writes that came before. */
export type WriteRequest =
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'write'; readonly statements: readonly SqlStatement[]; readonly bulk: boolean }
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'verify' }
  | { readonly kind: 'close' };

export interface WriteAnswers extends Record<WriteRequest['kind'], unknown> {
  readonly open: null;
  readonly write: readonly SqlRows[];
  readonly checkpoint: null;
  /** null = durable. */
  readonly verify: string | null;
  readonly close: null;
}

export type ReadRequest =
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'read'; readonly statements: readonly SqlStatement[] }
  | { readonly kind: 'close' };

export interface ReadAnswers extends Record<ReadRequest['kind'], unknown> {
  readonly open: null;
  readonly read: readonly SqlRows[];
  readonly close: null;
}

export interface SqlFailure {
  /** SQLite's name of the error (`SQLITE_FULL`), or `''`. */
  readonly code: string;
  readonly message: string;
}

export type ThreadReply =
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: SqlFailure }
  /** The write-ahead log has grown beyond what passive checkpoints keep small. */
  | { readonly kind: 'checkpoint_wanted' };

export function failureOf(error: unknown): SqlFailure {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : String(error) };
}
