import { type Clock, HooklineError } from '@hookline/core';
import { lockDataDir, type OpenControlStore, openEmbeddedControlStore, openEmbeddedEventLog, openRemoteControlStore, openRemoteEventLog, type ShardLog } from '@hookline/store';
import type { EDGE_SETTINGS } from '../config/edge-settings.ts';
import type { SettingValues } from '../config/load-settings.ts';

export type EdgeSettings = SettingValues<typeof EDGE_SETTINGS>;
/** Resolves with the whole answer read. */
export type StoreFetch = (request: Request) => Promise<Response>;

export interface EdgeStores {
  readonly control: OpenControlStore;
  readonly log: ShardLog;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Two embedded files, or a database on a libSQL server; this process is the only appender of its log either way. `fetch` takes the place of undici where that does not run. */
export async function openEdgeStores(settings: EdgeSettings, clock: Clock, fetch?: StoreFetch): Promise<EdgeStores> {
  return settings.databaseUrl === undefined ? openEmbedded(settings, clock) : openRemote(settings, settings.databaseUrl, clock, fetch);
}

async function openEmbedded({ dataDir, masterKey, dedupeHours, contentCleanupHours, contentBytesMax }: EdgeSettings, clock: Clock): Promise<EdgeStores> {
  const unlock = lockDataDir(dataDir);
  try {
    const log = await openEmbeddedEventLog({ dataDir, clock, dedupeWindowMs: dedupeHours * HOUR_MS });
    const control = await openEmbeddedControlStore({ dataDir, masterKey, retentionHours: contentCleanupHours, contentBytesMax, clock });
    return { control, log, close: () => closeBoth(log, control).finally(unlock) };
  } catch (error: unknown) {
    unlock();
    throw error;
  }
}

async function openRemote(settings: EdgeSettings, url: string, clock: Clock, fetch: StoreFetch | undefined): Promise<EdgeStores> {
  const { masterKey, databaseToken, databaseAdminUrl: adminUrl } = settings;
  if (masterKey === undefined) throw new HooklineError('config_invalid', 'HOOKLINE_MASTER_KEY is needed with HOOKLINE_DATABASE_URL: a key in the data directory would be lost with this machine');
  if (adminUrl === undefined) throw new HooklineError('config_invalid', 'HOOKLINE_DATABASE_ADMIN_URL is needed with HOOKLINE_DATABASE_URL: a libSQL server syncs nothing until it is told to, and that has to be verified');
  const own = fetch === undefined ? {} : { fetch };
  const control = await openRemoteControlStore({ url, masterKey, adminUrl, retentionHours: settings.contentCleanupHours, contentBytesMax: settings.contentBytesMax, clock, ...own, ...(databaseToken !== undefined && { token: databaseToken }) });
  try {
    const log = await openRemoteEventLog({ url, token: databaseToken ?? null, adminUrl, shard: 0, clock, dedupeWindowMs: settings.dedupeHours * HOUR_MS, ...own });
    return { control, log, close: () => closeBoth(log, control) };
  } catch (error: unknown) {
    await control.close();
    throw error;
  }
}

async function closeBoth(log: ShardLog, control: OpenControlStore): Promise<void> {
  await log.close();
  await control.close();
}
