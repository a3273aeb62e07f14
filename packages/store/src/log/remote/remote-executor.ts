// The log's database on a libSQL server, over HTTP. A commit is one batch in one request, and nothing is committed while it is not verified that the server syncs it.
import { type Client, createClient, LibsqlError } from '@libsql/client/http';
import { type Clock, HooklineError, isHooklineError } from '@hookline/core';
import { ensureServerDurability } from '../../control/remote/server-durability.ts';
import { inItsNamespace } from '../../control/remote/server-namespace.ts';
import { HEADER_ROW, HEADER_SCHEMA, LOG_SCHEMA, newLogId } from '../sql/log-schema.ts';
import { type EventPage, eventPageSql } from '../sql/event-page.ts';
import type { SqlExecutor, SqlValue, Statement } from '../sql/sql-executor.ts';
import { createVerifiedFetch, type VerifiedFetch } from './verified-fetch.ts';

/** After it a commit counts as failed and its outcome is looked up. A server with a slow disk needs a second for the largest one; one that hangs needs help. */
const BATCH_DEADLINE_MS = 5_000;
const READ_DEADLINE_MS = 10_000;
/** Settings are verified again after this long, also where nothing happened. */
const VERIFIED_FOR_MS = 60_000;

export interface RemoteExecutorOptions {
  readonly url: string;
  readonly token: string | null;
  readonly adminUrl: string | null;
  readonly shard: number;
  readonly clock: Clock;
  /** Instead of the undici pool, where undici does not run. It resolves with the whole answer read. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

export class RemoteExecutor implements SqlExecutor {
  readonly #options: RemoteExecutorOptions;
  readonly #pool: VerifiedFetch | null;
  readonly #writer: Client;
  readonly #reader: Client;
  /** Monotonic ms; null = not since something went wrong. */
  #verifiedAt: number | null = null;
  #migrated = false;

  constructor(options: RemoteExecutorOptions) {
    this.#options = options;
    this.#pool = options.fetch ? null : createVerifiedFetch(() => this.#verify());
    const send = options.fetch ?? (this.#pool as VerifiedFetch).fetch;
    const client = (deadlineMs: number): Client =>
      createClient({
        url: options.url,
        fetch: (request: Request) => send(inItsNamespace(new Request(request, { signal: AbortSignal.timeout(deadlineMs) }))),
        ...(options.token === null ? {} : { authToken: options.token }),
      });
    this.#writer = client(BATCH_DEADLINE_MS);
    this.#reader = client(READ_DEADLINE_MS);
  }

  async open(): Promise<void> {
    await this.#verifyWhenDue();
    if (!this.#migrated) await this.#migrate();
    this.#migrated = true;
  }

  async #verifyWhenDue(): Promise<void> {
    if (this.#verifiedAt === null || this.#options.clock.monotonic() - this.#verifiedAt > VERIFIED_FOR_MS) await this.#verify();
  }

  async #verify(): Promise<void> {
    const { adminUrl, url, clock } = this.#options;
    this.#verifiedAt = null;
    if (adminUrl === null) throw new HooklineError('store_unavailable', 'nobody can tell whether the libSQL server syncs what it commits: the address of its admin API is not set');
    await ensureServerDurability(adminUrl, url);
    this.#verifiedAt = clock.monotonic();
  }

  /** Two processes may do this at once: the second one's statements fail as a whole, and it finds everything in place. */
  async #migrate(): Promise<void> {
    await this.#send([{ sql: HEADER_SCHEMA, args: [] }, { sql: HEADER_ROW, args: [newLogId(this.#options.shard)] }]);
    const at = await this.#schema();
    if (at > LOG_SCHEMA.length) throw new HooklineError('invariant_broken', `the log has schema ${at}, this version knows ${LOG_SCHEMA.length}: it was written by a newer one`);
    if (at === LOG_SCHEMA.length) return;
    const statements = LOG_SCHEMA.slice(at).flat().map((sql) => ({ sql, args: [] }));
    try {
      await this.#send([...statements, { sql: 'UPDATE header SET schema = ? WHERE id = 1', args: [LOG_SCHEMA.length] }]);
    } catch (error: unknown) {
      if ((await this.#schema()) !== LOG_SCHEMA.length) throw error;
    }
  }

  async #schema(): Promise<number> {
    return Number((await this.all('SELECT schema FROM header', []))[0]?.[0]);
  }

  async batch(statements: readonly Statement[]): Promise<void> {
    await this.#verifyWhenDue();
    await this.#send(statements);
  }

  /** The same with what each statement answered. */
  async batchRows(statements: readonly Statement[]): Promise<readonly (readonly (readonly unknown[])[])[]> {
    await this.#verifyWhenDue();
    const results = await this.#guard(() => this.#writer.batch(statements.map(toClientStatement), 'write'));
    return results.map(({ rows }) => rows.map((row) => Array.from(row)));
  }

  async #send(statements: readonly Statement[]): Promise<void> {
    await this.#guard(() => this.#writer.batch(statements.map(toClientStatement), 'write'));
  }

  async all(sql: string, args: readonly SqlValue[]): Promise<readonly (readonly unknown[])[]> {
    const { rows } = await this.#guard(() => this.#reader.execute(toClientStatement({ sql, args })));
    return rows.map((row) => Array.from(row));
  }

  events(page: EventPage): Promise<readonly (readonly unknown[])[]> {
    const { sql, args } = eventPageSql(page);
    return this.all(sql, args);
  }

  async #guard<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error: unknown) {
      const mapped = toHooklineError(error);
      // The next answer may come from another server process.
      if (mapped.code === 'store_unavailable') this.#verifiedAt = null;
      throw mapped;
    }
  }

  async durability(): Promise<string | null> {
    try {
      await this.#verify();
      return null;
    } catch (error: unknown) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async close(): Promise<void> {
    this.#writer.close();
    this.#reader.close();
    await this.#pool?.close();
  }
}

const toClientStatement = ({ sql, args }: Statement): { sql: string; args: SqlValue[] } => ({ sql, args: [...args] });

function toHooklineError(error: unknown): HooklineError {
  if (isHooklineError(error)) return error;
  if (!(error instanceof LibsqlError)) return new HooklineError('store_unavailable', 'the libSQL server does not answer', error);
  if (error.code.startsWith('SQLITE_FULL')) return new HooklineError('storage_full', 'the disk of the libSQL server is full', error);
  if (error.code.startsWith('SQLITE_BUSY')) return new HooklineError('overloaded', 'somebody else writes to the database of the log', error);
  return new HooklineError('store_unavailable', `the libSQL server failed: ${error.message}`, error);
}
