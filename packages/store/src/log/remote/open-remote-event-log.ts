import { type Clock, HooklineError } from '@hookline/core';
import { ShardLog, type ShardLogOptions } from '../shard-log.ts';
import { SqlLogBackend } from '../sql/sql-log-backend.ts';
import { RemoteExecutor } from './remote-executor.ts';

export interface RemoteEventLogOptions {
  /** `http:`, `https:` or `libsql:`; the database is this shard's own. */
  readonly url: string;
  readonly token: string | null;
  /** The server's admin API, by which durability is set and verified. Without it nothing can be committed: what the server does by itself is not durable. */
  readonly adminUrl: string | null;
  readonly shard: number;
  readonly clock: Clock;
  readonly dedupeWindowMs: number;
  /** Instead of the undici pool, where undici does not run. It resolves with the whole answer read. */
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly dedupe?: ShardLogOptions['dedupe'];
}

/**
 * One shard of the event log on a libSQL server, this process its only appender: whoever opened it before is shut out, its commits fail with `invariant_broken`.
 * Rejects with `store_unavailable` while the server does not answer or its durability cannot be verified (try again), `config_invalid`, or `invariant_broken`.
 */
export async function openRemoteEventLog(options: RemoteEventLogOptions): Promise<ShardLog> {
  if (!/^(https?|libsql):\/\//.test(options.url)) throw new HooklineError('config_invalid', 'the URL of the event log must be http:, https: or libsql:');
  const backend = new SqlLogBackend(options.shard, new RemoteExecutor(options));
  try {
    return await ShardLog.open({ backend, clock: options.clock, defer: setImmediate, dedupeWindowMs: options.dedupeWindowMs, ...(options.dedupe && { dedupe: options.dedupe }) });
  } catch (error: unknown) {
    await backend.close();
    throw error;
  }
}
