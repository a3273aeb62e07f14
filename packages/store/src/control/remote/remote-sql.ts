// The control data on a libSQL server over HTTP: every request has a deadline, writes go one batch at a time, and none is sent before the server's durability is verified.

import { createClient, LibsqlError } from '@libsql/client/http';
import type { ResultSet } from '@libsql/client/http';
import { HooklineError, isHooklineError } from '@hookline/core';
import type { Clock } from '@hookline/core';
import type { SqlRows, SqlRunner, SqlStatement, SqlValue } from '../control-sql.ts';
import { retryWhileBusy } from './retry-while-busy.ts';
import { ensureServerDurability } from './server-durability.ts';
import { inItsNamespace } from './server-namespace.ts';
import { createWriteQueue } from './write-queue.ts';

const DEADLINE_MS = 10_000;
/** Writes that may wait; beyond it `overloaded`. */
const WAITING_MAX = 10_000;
/** `fetch` must resolve with the whole answer read, and reject when the request's signal says so. */
export interface RemoteSqlOptions {
  readonly url: string;
  readonly token?: string | undefined;
  /** Where durability is verified and set. Left out, it is the operator's word. */
  readonly adminUrl?: string | undefined;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Registers what is to be called when a connection ended, where `fetch` can tell. */
  readonly onDisconnect: (listener: () => void) => void;
  readonly clock: Clock;
  /** False = each write goes out by itself at once. */
  readonly queued: boolean;
}

export function openRemoteSql({ url, token, adminUrl, fetch, onDisconnect, clock, queued }: RemoteSqlOptions): SqlRunner {
  const withDeadline = async (request: Request): Promise<Response> => {
    const deadline = new AbortController();
    const cancel = clock.after(DEADLINE_MS, () => deadline.abort(new Error(`no answer within ${DEADLINE_MS} ms`)));
    try {
      return await fetch(inItsNamespace(new Request(request, { signal: deadline.signal })));
    } finally {
      cancel();
    }
  };
  const client = createClient({ url, fetch: withDeadline, ...(token === undefined ? {} : { authToken: token }) });
  /** Since the last connection trouble, after which it may be another server process. */
  let verified = false;
  onDisconnect(() => {
    verified = false;
  });

  async function guard<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error: unknown) {
      const mapped = toHooklineError(error);
      if (mapped.code === 'store_unavailable') verified = false;
      throw mapped;
    }
  }

  /** False = the server had to be told: what it acknowledged before may not be on its disk. */
  async function verify(): Promise<boolean> {
    if (verified || adminUrl === undefined) return true;
    verified = true;
    try {
      return await ensureServerDurability(adminUrl, url);
    } catch (error: unknown) {
      verified = false;
      throw error;
    }
  }

  const sendBatch = (statements: readonly SqlStatement[]): Promise<readonly SqlRows[]> =>
    retryWhileBusy(clock, isBusy, async () => {
      await verify();
      const results = await guard(async () => (await client.batch(statements.map(toClientStatement), 'write')).map(toRows));
      if (!(await verify())) throw new HooklineError('store_unavailable', 'the libSQL server was restarted without its durability while it was written to');
      return results;
    });

  const queue = createWriteQueue(sendBatch, (error) => isHooklineError(error) && error.code === 'invariant_broken');

  return {
    read: (statements) => guard(async () => (await client.batch(statements.map(toClientStatement), 'read')).map(toRows)),
    async write(statements, options) {
      if (!queued) return sendBatch(statements);
      if (queue.waitingCount() >= WAITING_MAX) throw new HooklineError('overloaded', `${WAITING_MAX} writes are waiting`);
      return queue.add(statements, options?.bulk ?? false);
    },
    async health() {
      verified = false;
      await verify();
      return null;
    },
    async close() {
      await queue.idle();
      client.close();
    },
  };
}

function toClientStatement({ sql, params }: SqlStatement): { sql: string; args: SqlValue[] } {
  return { sql, args: [...params] };
}

function toRows({ rows }: ResultSet): SqlRows {
  return rows.map((row) => Array.from(row));
}

function isBusy(error: unknown): boolean {
  return isHooklineError(error) && error.cause instanceof LibsqlError && error.cause.code.startsWith('SQLITE_BUSY');
}

function toHooklineError(error: unknown): HooklineError {
  if (!(error instanceof LibsqlError)) return new HooklineError('store_unavailable', 'the libSQL server does not answer', error);
  if (error.code.startsWith('SQLITE_FULL')) return new HooklineError('storage_full', 'the disk of the libSQL server is full', error);
  if (/^SQL(ITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|MISUSE|TOOBIG)|_INPUT_ERROR|_PARSE_ERROR)/.test(error.code))
    return new HooklineError('invariant_broken', `a statement failed: ${error.message}`, error);
  return new HooklineError('store_unavailable', `the libSQL server failed: ${error.message}`, error);
}
