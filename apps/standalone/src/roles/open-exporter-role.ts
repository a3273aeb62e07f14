import { createAddressPolicy } from '@hookline/core';
import { openExporter } from '@hookline/exporter';
import { createTransportFactory } from '@hookline/transports';
import { Registry } from 'prom-client';
import { hookStopper } from './hook-stopper.ts';
import { openSharedStores } from './open-shared-stores.ts';
import { reporter } from './reporter.ts';
import type { RoleOptions, RunningRole } from './role.ts';
import { startRoleListener } from './role-listener.ts';

const EXPORTER_SHARE = 0.8;

/** Runs the exports that it has leased. Live deliveries are made elsewhere, so it waits for none. */
export async function openExporterRole({ config, version, clock, logger }: RoleOptions): Promise<RunningRole> {
  const stores = await openSharedStores(config, clock);
  const { control, shards } = stores;
  const report = reporter(logger);
  const metrics = new Registry();
  const policy = createAddressPolicy({ allow: config.allowDestinations, allowHttp: config.allowHttp, self: [] });
  const transports = createTransportFactory({ policy, openSecret: (sealed, place) => control.keys.open(sealed, place), kafkaClient: config.kafkaClient, version, clock });
  const { exporter } = await openExporter({
    control, logs: shards.map(({ log }) => log), shared: shards, transports, clock, random: Math.random, retry: { retryTimes: config.retryTimes, retryPeriodMs: config.retryPeriodSec * 1000 }, stopHook: hookStopper(stores, clock, report), isLiveHungry: () => false, liveDelivered: () => null, metrics, report,
  });
  const listener = await startRoleListener({ host: config.host, port: config.port, metrics, token: stores.token, problems: () => stores.problems() });
  return {
    url: listener.url,
    async stop(waitMs) {
      await exporter.stop(waitMs * EXPORTER_SHARE);
      await transports.close();
      await listener.close();
      await stores.close();
    },
  };
}
