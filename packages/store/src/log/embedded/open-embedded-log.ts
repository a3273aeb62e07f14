import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Clock, HooklineError } from '@hookline/core';
import Database from 'libsql';
import { ShardLog, type ShardLogOptions } from '../shard-log.ts';
import { SqlLogBackend } from '../sql/sql-log-backend.ts';
import { EmbeddedExecutor } from './embedded-executor.ts';

export interface EmbeddedLogOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly dedupeWindowMs: number;
  readonly dedupe?: ShardLogOptions['dedupe'];
}

/** The event log on `log.db` in the data directory: shard 0, this process its only appender. */
export async function openEmbeddedEventLog(options: EmbeddedLogOptions): Promise<ShardLog> {
  mkdirSync(options.dataDir, { recursive: true });
  const backend = new SqlLogBackend(0, new EmbeddedExecutor(path.join(options.dataDir, 'log.db'), 0));
  try {
    return await ShardLog.open({ backend, clock: options.clock, defer: setImmediate, dedupeWindowMs: options.dedupeWindowMs, ...(options.dedupe && { dedupe: options.dedupe }) });
  } catch (error: unknown) {
    await backend.close();
    throw error;
  }
}

/**
 * Holds the data directory for this process: a second one on the same directory is refused. The lock is the operating system's, on an open file, so it ends with
 * the process however that ends. The answer gives it back.
 */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const lock = new Database(path.join(dataDir, 'lock.db'));
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (error: unknown) {
    lock.close();
    throw new HooklineError('config_invalid', `another process uses the data directory ${dataDir}`, error);
  }
  return () => lock.close();
}
