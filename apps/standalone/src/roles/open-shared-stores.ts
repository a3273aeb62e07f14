import { randomUUID } from 'node:crypto';
import { type Clock, HooklineError } from '@hookline/core';
import { innerToken, placesOfShards } from '@hookline/edge';
import { type OpenControlStore, openRemoteControlStore, openSharedLog, type SharedLog } from '@hookline/store';
import type { HooklineConfig } from '../config.ts';

/** The stores of a process that delivers beside others. */
export interface SharedStores {
  readonly control: OpenControlStore;
  readonly shards: readonly SharedLog[];
  /** This process, among all there ever were. */
  readonly name: string;
  /** What processes of this installation know each other by. */
  readonly token: string;
  /** Why something cannot be read or written now; empty = all is well. */
  problems(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Throws as `openStores`. */
export async function openSharedStores(config: HooklineConfig, clock: Clock): Promise<SharedStores> {
  const { databaseUrl: url, databaseToken, databaseAdminUrl: adminUrl, masterKey, contentBytesMax } = config;
  if (url === undefined) throw new HooklineError('config_invalid', 'HOOKLINE_DATABASE_URL is needed by a process beside others: embedded files belong to one process');
  if (masterKey === undefined) throw new HooklineError('config_invalid', 'HOOKLINE_MASTER_KEY is needed with HOOKLINE_DATABASE_URL: a key in the data directory would be lost with this machine');
  const places = placesOfShards(config);
  const name = randomUUID();
  const control = await openRemoteControlStore({ url, masterKey, adminUrl, retentionHours: config.contentCleanupHours, contentBytesMax, clock, ...(databaseToken !== undefined && { token: databaseToken }) });
  const opened = await Promise.allSettled(places.map((place, shard) => openSharedLog({ ...place, token: databaseToken ?? null, shard, writer: name, clock })));
  const shards = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const close = async (): Promise<void> => {
    await Promise.all(shards.map((shard) => shard.close()));
    await control.close();
  };
  const failed = opened.find((one) => one.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }
  return {
    control, shards, name, close,
    token: await innerToken(control.keys),
    async problems() {
      const reasons = await Promise.all([control.health().then((reason) => reason && `control data: ${reason}`), ...shards.map(async ({ log }) => {
        const reason = await log.durability().catch((error: unknown) => String(error));
        return reason === null ? null : `event log, shard ${log.shard}: ${reason}`;
      })]);
      return reasons.filter((reason): reason is string => typeof reason === 'string' && reason !== '');
    },
  };
}
