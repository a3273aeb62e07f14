import { openRelay } from '@hookline/relay';
import { Registry } from 'prom-client';
import { hookStopper } from './hook-stopper.ts';
import { openSharedStores } from './open-shared-stores.ts';
import { reporter } from './reporter.ts';
import type { RoleOptions, RunningRole } from './role.ts';
import { startRoleListener } from './role-listener.ts';

const RELAY_SHARE = 0.8;

/** Delivers from all shards, for the slots that it has leased of each. */
export async function openRelayRole({ config, version, clock, logger }: RoleOptions): Promise<RunningRole> {
  const stores = await openSharedStores(config, clock);
  const { control, shards, name } = stores;
  const report = reporter(logger);
  const metrics = new Registry();
  const { relay } = await openRelay({
    control, logs: [], shared: { relay: name, logs: shards }, clock, random: Math.random, retry: { retryTimes: config.retryTimes, retryPeriodMs: config.retryPeriodSec * 1000 }, stopHook: hookStopper(stores, clock, report),
    allowDestinations: config.allowDestinations, allowHttp: config.allowHttp, self: [], kafkaClient: config.kafkaClient, version, metrics, report,
  });
  const listener = await startRoleListener({
    host: config.host, port: config.port, metrics, token: stores.token, wake: (shard) => relay.wake(shard),
    async problems() {
      const lapsed = relay.shares().filter(({ mayDeliver }) => !mayDeliver).map(({ shard }) => `shard ${shard}: the leases of its slots could not be renewed in time`);
      return [...lapsed, ...(await stores.problems())];
    },
  });
  return {
    url: listener.url,
    async stop(waitMs) {
      await relay.stop(waitMs * RELAY_SHARE);
      await listener.close();
      await stores.close();
    },
  };
}
