// Where everything is kept: two embedded files in the data directory, or databases on libSQL servers. Either way this process is the only appender of its log.
import { type Clock, HooklineError } from '@hookline/core';
import { placesOfShards, type ShardPlace } from '@hookline/edge';
import { lockDataDir, type OpenControlStore, openEmbeddedControlStore, openEmbeddedEventLog, openRemoteControlStore, openRemoteEventLog, type ShardLog } from '@hookline/store';
import type { HooklineConfig } from './config.ts';

export interface Stores {
  readonly control: OpenControlStore;
  /** New events go to the first; hooks are delivered from all. */
  readonly logs: readonly [ShardLog, ...ShardLog[]];
  /** Why something is not durable or cannot be written now, in words; empty = all is well. */
  problems(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Throws HooklineError `config_invalid` or `key_invalid` for what only the operator can cure, `store_unavailable` for what may pass. */
export async function openStores(config: HooklineConfig, clock: Clock): Promise<Stores> {
  const unlock = lockDataDir(config.dataDir);
  try {
    const { control, logs } = config.databaseUrl === undefined ? await openEmbedded(config, clock) : await openRemote(config, config.databaseUrl, clock);
    return {
      control,
      logs,
      async problems() {
        const reasons = await Promise.all([control.health().then((reason) => reason && `control data: ${reason}`), ...logs.map(logProblem)]);
        return reasons.filter((reason): reason is string => typeof reason === 'string' && reason !== '');
      },
      async close() {
        await Promise.all(logs.map((log) => log.close()));
        await control.close();
        unlock();
      },
    };
  } catch (error: unknown) {
    unlock();
    throw error;
  }
}

async function logProblem(log: ShardLog): Promise<string | null> {
  const reason = log.trouble() ?? (await log.durability().catch((error: unknown) => String(error)));
  return reason === null ? null : `event log, shard ${log.shard}: ${reason}`;
}

async function openEmbedded(config: HooklineConfig, clock: Clock): Promise<Pick<Stores, 'control' | 'logs'>> {
  placesOfShards(config);
  const { dataDir, masterKey, contentBytesMax } = config;
  const log = await openEmbeddedEventLog({ dataDir, clock, dedupeWindowMs: config.dedupeHours * HOUR_MS });
  const control = await openEmbeddedControlStore({ dataDir, masterKey, retentionHours: config.contentCleanupHours, contentBytesMax, clock });
  return { control, logs: [log] };
}

async function openRemote(config: HooklineConfig, url: string, clock: Clock): Promise<Pick<Stores, 'control' | 'logs'>> {
  const { masterKey, contentBytesMax } = config;
  if (masterKey === undefined) throw new HooklineError('config_invalid', 'HOOKLINE_MASTER_KEY is needed with HOOKLINE_DATABASE_URL: a key in the data directory would be lost with this machine');
  const places = placesOfShards(config);
  const control = await openRemoteControlStore({
    url, masterKey, adminUrl: config.databaseAdminUrl, retentionHours: config.contentCleanupHours, contentBytesMax, clock, ...(config.databaseToken !== undefined && { token: config.databaseToken }),
  });
  const openShard = (place: ShardPlace, shard: number): Promise<ShardLog> => openRemoteEventLog({ ...place, token: config.databaseToken ?? null, shard, clock, dedupeWindowMs: config.dedupeHours * HOUR_MS });
  const [first, ...others] = places;
  return { control, logs: [await openShard(first as ShardPlace, 0), ...(await Promise.all(others.map((other, i) => openShard(other, i + 1))))] };
}
