import type { SqlValue, Statement } from '../sql/sql-executor.ts';

export type ThreadRequest =
  | { readonly id: number; readonly do: 'open' }
  | { readonly id: number; readonly do: 'batch'; readonly statements: readonly Statement[] }
  | { readonly id: number; readonly do: 'all'; readonly sql: string; readonly args: readonly SqlValue[] }
  /** Copies the write-ahead log into the file and starts it anew; answers the pages it still holds. */
  | { readonly id: number; readonly do: 'checkpoint' }
  | { readonly id: number; readonly do: 'close' };

/** The thread's part of a request without its number. */
export type ThreadCall = ThreadRequest extends infer R ? (R extends { readonly id: number } ? Omit<R, 'id'> : never) : never;

export type ThreadAnswer = { readonly id: number; readonly ok: true; readonly value: unknown } | { readonly id: number; readonly ok: false; readonly code: 'storage_full' | 'overloaded' | 'store_unavailable'; readonly message: string };
