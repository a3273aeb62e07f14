// How the stores reach their SQL: drizzle builds the statements, a runner runs them. Everything goes through `batch`, because drizzle puts the parameters of a failed
// single statement into its error text, and parameters are secrets.

import { HooklineError } from '@hookline/core';
import type { BatchItem, BatchResponse } from 'drizzle-orm/batch';
import { drizzle } from './drizzle.ts';
import type { SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy';

export type SqlValue = null | number | string | bigint | Uint8Array;
export interface SqlStatement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}
/** Per statement its rows, each an array of column values. */
export type SqlRows = readonly (readonly unknown[])[];

export interface WriteOptions {
  /** Bulk work gives way to other writes. */
  readonly bulk?: boolean;
}

/**
 * One database. `write`: the statements are one atomic unit, and it resolves only when they are durable; `read` sees every write that had resolved when it was called.
 * Both reject with HooklineError: `store_unavailable` (of a write: it may have happened), `storage_full`, `overloaded`, or `invariant_broken` for a statement that is wrong.
 */
export interface SqlRunner {
  read(statements: readonly SqlStatement[]): Promise<readonly SqlRows[]>;
  write(statements: readonly SqlStatement[], options?: WriteOptions): Promise<readonly SqlRows[]>;
  /** null = durable settings verified just now, else what is wrong. */
  health(): Promise<string | null>;
  close(): Promise<void>;
}

type Query = BatchItem<'sqlite'>;

export interface ControlSql {
  /** Builds statements; running one of them by itself is a bug. */
  readonly build: SqliteRemoteDatabase;
  read<Q extends Query>(query: Q): Promise<BatchResponse<[Q]>[0]>;
  write<U extends Query, T extends Readonly<[U, ...U[]]>>(unit: T, options?: WriteOptions): Promise<BatchResponse<T>>;
}

type BuiltStatement = { sql: string; params: unknown[] };

export function createControlSql(runner: SqlRunner): ControlSql {
  const refuse = (): never => {
    throw new HooklineError('invariant_broken', 'a statement was run outside of read and write');
  };
  const over = (run: (statements: readonly SqlStatement[]) => Promise<readonly SqlRows[]>): SqliteRemoteDatabase =>
    drizzle(refuse, async (built) => (await run(built.map(toStatement))).map((rows) => ({ rows: rows as unknown[][] })));
  const reads = over((statements) => runner.read(statements));
  const writes = over((statements) => runner.write(statements));
  const bulkWrites = over((statements) => runner.write(statements, { bulk: true }));
  return {
    build: drizzle(refuse),
    read: async (query) => (await reads.batch([query]))[0],
    write: (unit, options) => (options?.bulk === true ? bulkWrites : writes).batch(unit),
  };
}

/** libSQL's driver ends the whole process on a value that SQL does not know, so nothing else may get through. */
function toStatement(built: BuiltStatement): SqlStatement {
  const params = built.params.map((value): SqlValue => {
    if (value === null || typeof value === 'string' || typeof value === 'bigint' || value instanceof Uint8Array) return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new HooklineError('invariant_broken', `a ${typeof value} cannot be a parameter of a statement`);
  });
  return { sql: built.sql, params };
}
