import { randomUUID } from 'node:crypto';
import { type Clock, HooklineError } from '@hookline/core';
import { type Appender, lockDataDir, type ObservedLog, type OpenControlStore, openEmbeddedControlStore, openEmbeddedEventLog, openForwardedEventLog, openRemoteControlStore, openRemoteEventLog, type ShardLog } from '@hookline/store';
import type { EDGE_SETTINGS } from '../config/edge-settings.ts';
import type { SettingValues } from '../config/load-settings.ts';
import { innerToken } from '../shards/inner-protocol.ts';
import { createPeerEdge } from '../shards/peer-edge.ts';
import { placesOfShards } from '../shards/places-of-shards.ts';

export type EdgeSettings = SettingValues<typeof EDGE_SETTINGS>;
/** Resolves with the whole answer read. */
export type StoreFetch = (request: Request) => Promise<Response>;

export interface EdgeStores {
  readonly control: OpenControlStore;
  /** The shard that this process appends to. */
  readonly own: ShardLog;
  /** Those of other edges. */
  readonly others: readonly { readonly log: ObservedLog; readonly appender: Appender }[];
  /** What processes of this installation know each other by. */
  readonly token: string;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Two embedded files, or databases on libSQL servers; this process is the only appender of its shard either way. `fetch` takes the place of undici where that does not run. */
export async function openEdgeStores(settings: EdgeSettings, clock: Clock, fetch?: StoreFetch): Promise<EdgeStores> {
  return settings.databaseUrl === undefined ? openEmbedded(settings, clock) : openRemote(settings, clock, fetch);
}

async function openEmbedded(settings: EdgeSettings, clock: Clock): Promise<EdgeStores> {
  const { dataDir, masterKey, dedupeHours, contentCleanupHours, contentBytesMax } = settings;
  placesOfShards(settings);
  const unlock = lockDataDir(dataDir);
  try {
    const own = await openEmbeddedEventLog({ dataDir, clock, dedupeWindowMs: dedupeHours * HOUR_MS });
    const control = await openEmbeddedControlStore({ dataDir, masterKey, retentionHours: contentCleanupHours, contentBytesMax, clock });
    return { control, own, others: [], token: await innerToken(control.keys), close: () => closeAll([own, control]).finally(unlock) };
  } catch (error: unknown) {
    unlock();
    throw error;
  }
}

async function openRemote(settings: EdgeSettings, clock: Clock, fetch: StoreFetch | undefined): Promise<EdgeStores> {
  const places = placesOfShards(settings);
  const { masterKey, databaseToken, databaseAdminUrl: adminUrl, databaseUrl: url, shard, edgeUrls } = settings;
  if (masterKey === undefined) throw new HooklineError('config_invalid', 'HOOKLINE_MASTER_KEY is needed with HOOKLINE_DATABASE_URL: a key in the data directory would be lost with this machine');
  if (places[shard] === undefined) throw new HooklineError('config_invalid', `HOOKLINE_SHARD is ${shard}, but there are only the shards 0 to ${places.length - 1}`);
  if (places.length > 1 && edgeUrls.length !== places.length) throw new HooklineError('config_invalid', 'HOOKLINE_EDGE_URLS must name an edge for each shard: events with an id of their own go to the home shard of their account');
  const own = fetch === undefined ? {} : { fetch };
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    opened.unshift(one);
    return one;
  };
  try {
    const control = keep(await openRemoteControlStore({ url: url as string, masterKey, adminUrl, retentionHours: settings.contentCleanupHours, contentBytesMax: settings.contentBytesMax, clock, ...own, ...(databaseToken !== undefined && { token: databaseToken }) }));
    const token = await innerToken(control.keys);
    const common = { token: databaseToken ?? null, clock, dedupeWindowMs: settings.dedupeHours * HOUR_MS, ...own };
    const openOther = async (at: number): Promise<EdgeStores['others'][number]> => {
      const appender = createPeerEdge({ shard: at, url: edgeUrls[at] as string, token, fetch: globalThis.fetch });
      return { log: keep(await openForwardedEventLog({ ...common, ...(places[at] as (typeof places)[number]), shard: at, writer: randomUUID() }, appender)), appender };
    };
    const others = await Promise.all([...places.keys()].filter((at) => at !== shard).map(openOther));
    const log = keep(await openRemoteEventLog({ ...common, ...places[shard], shard }));
    return { control, own: log, others, token, close: () => closeAll(opened) };
  } catch (error: unknown) {
    await closeAll(opened);
    throw error;
  }
}

/** In this order: the control data last, whatever came first. */
async function closeAll(opened: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const one of opened) await one.close();
}
