import type { LogFileErrorCode } from './log-file.ts';
import type { BatchKind, SqlValue } from '../sql/sql-executor.ts';
import type { EventPage } from '../sql/event-page.ts';
import type { PackedBatch } from './packed-values.ts';

export type ThreadRequest =
  | { readonly id: number; readonly do: 'open' }
  /** Answers whether a checkpoint is due. */
  | { readonly id: number; readonly do: 'batch'; readonly batch: PackedBatch; readonly kind: BatchKind }
  /** These two answer `PackedRows`. */
  | { readonly id: number; readonly do: 'all'; readonly sql: string; readonly args: readonly SqlValue[] }
  | { readonly id: number; readonly do: 'events'; readonly page: EventPage }
  /** Copies the write-ahead log into the file and starts it anew. */
  | { readonly id: number; readonly do: 'checkpoint' }
  /** Answers null or why commits are not durable. */
  | { readonly id: number; readonly do: 'durability' }
  | { readonly id: number; readonly do: 'close' };

/** The thread's part of a request without its number. */
export type ThreadCall = ThreadRequest extends infer R ? (R extends { readonly id: number } ? Omit<R, 'id'> : never) : never;

export type ThreadAnswer = { readonly id: number; readonly ok: true; readonly value: unknown } | { readonly id: number; readonly ok: false; readonly code: LogFileErrorCode; readonly message: string };

export type ReadCall = Extract<ThreadCall, { readonly do: 'all' | 'events' }>;
