import { type Clock, HooklineError } from '@hookline/core';
import { LaneWriter } from '../shared/lane-writer.ts';
import { SqlLaneWriter } from '../sql/sql-lane-writer.ts';
import { SqlLogBackend } from '../sql/sql-log-backend.ts';
import { DirectAppender } from './direct-appender.ts';
import { type Appender, ObservedLog } from './observed-log.ts';
import { RemoteExecutor } from './remote-executor.ts';

export interface ObservedLogOptions {
  /** `http:`, `https:` or `libsql:`; the database is the shard's. */
  readonly url: string;
  readonly token: string | null;
  /** The server's admin API, by which durability is set and verified. Without it nothing can be appended directly. */
  readonly adminUrl: string | null;
  readonly shard: number;
  readonly clock: Clock;
  readonly dedupeWindowMs: number;
  /** Instead of the undici pool, where undici does not run. It resolves with the whole answer read. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** A shard that is appended to directly, by as many as there are. Rejects as `openRemoteEventLog` does. */
export function openDirectEventLog(options: ObservedLogOptions): Promise<ObservedLog> {
  const executor = observedExecutor(options);
  return ObservedLog.open(new SqlLogBackend(options.shard, executor), new DirectAppender({ executor, shard: options.shard, clock: options.clock, dedupeWindowMs: options.dedupeWindowMs }));
}

/** A shard that another process appends to. `writer`: this process, among all there ever were; it may ask whoever delivers for something. */
export function openForwardedEventLog(options: ObservedLogOptions & { readonly writer?: string }, appender: Appender): Promise<ObservedLog> {
  const executor = observedExecutor(options);
  const mode = options.writer === undefined ? {} : { writer: new LaneWriter(new SqlLaneWriter(executor, options.writer), options.clock) };
  return ObservedLog.open(new SqlLogBackend(options.shard, executor), appender, mode);
}

/** Throws `config_invalid`. */
export function observedExecutor(options: Omit<ObservedLogOptions, 'dedupeWindowMs'>): RemoteExecutor {
  if (!/^(https?|libsql):\/\//.test(options.url)) throw new HooklineError('config_invalid', 'the URL of the event log must be http:, https: or libsql:');
  return new RemoteExecutor(options);
}
