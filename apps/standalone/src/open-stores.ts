// Where everything is kept: two embedded files in the data directory, or databases on libSQL servers. Either way this process is the only appender of its log.
import { type Clock, HooklineError } from '@hookline/core';
import { placesOfShards, type ShardPlace } from '@hookline/edge';
import { holdAllSlots, lockDataDir, type OpenControlStore, openEmbeddedControlStore, openEmbeddedEventLog, openRemoteControlStore, openRemoteEventLog, openSharedLog, type ShardLog, type SharedLogOptions } from '@hookline/store';
import type { HooklineConfig } from './config.ts';

export interface Stores {
  readonly control: OpenControlStore;
  /** New events go to the first; hooks are delivered from all. */
  readonly logs: readonly [ShardLog, ...ShardLog[]];
  /** Why something is not durable or cannot be written now, in words; empty = all is well. */
  problems(): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface Opened extends Pick<Stores, 'control' | 'logs'> {
  /** Others may deliver from the log again. */
  letGo(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Throws HooklineError `config_invalid` or `key_invalid` for what only the operator can cure, `store_unavailable` for what may pass. */
export async function openStores(config: HooklineConfig, clock: Clock): Promise<Stores> {
  const unlock = lockDataDir(config.dataDir);
  try {
    const { control, logs, letGo } = config.databaseUrl === undefined ? await openEmbedded(config, clock) : await openRemote(config, config.databaseUrl, clock);
    return {
      control,
      logs,
      async problems() {
        const reasons = await Promise.all([control.health().then((reason) => reason && `control data: ${reason}`), ...logs.map(logProblem)]);
        return reasons.filter((reason): reason is string => typeof reason === 'string' && reason !== '');
      },
      async close() {
        await Promise.all(logs.map((log) => log.close()));
        await letGo();
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

async function openEmbedded(config: HooklineConfig, clock: Clock): Promise<Opened> {
  placesOfShards(config);
  const { dataDir, masterKey, contentBytesMax } = config;
  const log = await openEmbeddedEventLog({ dataDir, clock, dedupeWindowMs: config.dedupeHours * HOUR_MS });
  const control = await openEmbeddedControlStore({ dataDir, masterKey, retentionHours: config.contentCleanupHours, contentBytesMax, clock });
  return { control, logs: [log], letGo: async () => {} };
}

async function openRemote(config: HooklineConfig, url: string, clock: Clock): Promise<Opened> {
  const { masterKey, contentBytesMax } = config;
  if (masterKey === undefined) throw new HooklineError('config_invalid', 'HOOKLINE_MASTER_KEY is needed with HOOKLINE_DATABASE_URL: a key in the data directory would be lost with this machine');
  const places = placesOfShards(config);
  const control = await openRemoteControlStore({
    url, masterKey, adminUrl: config.databaseAdminUrl, retentionHours: config.contentCleanupHours, contentBytesMax, clock, ...(config.databaseToken !== undefined && { token: config.databaseToken }),
  });
  // Before this process becomes the appender: where relays are, it changes nothing.
  const held = await Promise.all(places.map((place, shard) => holdShard({ ...place, token: config.databaseToken ?? null, shard, clock })));
  const openShard = (place: ShardPlace, shard: number): Promise<ShardLog> => openRemoteEventLog({ ...place, token: config.databaseToken ?? null, shard, clock, dedupeWindowMs: config.dedupeHours * HOUR_MS });
  const [first, ...others] = places;
  return {
    control,
    logs: [await openShard(first as ShardPlace, 0), ...(await Promise.all(others.map((other, i) => openShard(other, i + 1))))],
    async letGo() {
      await Promise.all(held.map((letGo) => letGo()));
    },
  };
}

/** Keeps relays out of a shard that is delivered here. The answer lets them in. */
async function holdShard(place: Omit<SharedLogOptions, 'writer'>): Promise<() => Promise<void>> {
  const shared = await openSharedLog({ ...place, writer: 'alone' });
  try {
    const leave = await holdAllSlots(shared.slots, place.clock);
    return async () => {
      await leave();
      await shared.close();
    };
  } catch (error: unknown) {
    await shared.close();
    throw error;
  }
}
