// Everything in one process on one embedded file: stores, relay and edge put together, in the order that makes each ready before it is used.
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { type Clock, createAddressPolicy, NEW_ID_BYTES, newId, type SelfAddress } from '@hookline/core';
import { createDeliveryReads } from '@hookline/delivery';
import { createEdge, createHookTester, createHostResolver, type EdgeServer, type Logger, startEdgeServer } from '@hookline/edge';
import { openRelay } from '@hookline/relay';
import { HookChanges } from '@hookline/store';
import { Registry } from 'prom-client';
import type { HooklineConfig } from './config.ts';
import { startDemoReceiver } from './demo/demo-receiver.ts';
import { sampleEvents } from './demo/demo-world.ts';
import { demoPolicies, demoPortOf, makeDemo } from './demo/make-demo.ts';
import { sendAsDemo } from './demo/send-as-demo.ts';
import { openStores } from './open-stores.ts';

export interface HooklineOptions {
  readonly config: HooklineConfig;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Makes the demo on the first start and runs its receiver. */
  readonly demo: boolean;
}

export interface Hookline {
  readonly server: EdgeServer;
  /** The demo receiver's page; null without the demo. */
  readonly demoUrl: string | null;
  /** Stops accepting, finishes or releases what is in flight, closes the files. At most `waitMs`. */
  stop(waitMs: number): Promise<void>;
}

/** Of the time a stop may take, what is left for the relay once the listener is closed. */
const RELAY_SHARE = 0.8;

export async function openHookline(options: HooklineOptions): Promise<Hookline> {
  const { config, version, clock, logger } = options;
  const { dataDir } = config;
  const stores = await openStores(config, clock);
  const { control, logs } = stores;
  const report = (message: string, error: unknown): void => logger.log('error', message, { error: error instanceof Error ? error.message : String(error) });
  await control.ensureInitial({ adminToken: config.adminToken, platformToken: config.platformToken });

  const self: SelfAddress[] = [];
  const address = createAddressPolicy({ allow: config.allowDestinations, allowHttp: config.allowHttp, self });
  const hookChanges = new HookChanges({ control, logs, now: () => clock.now(), openEvents: async (hookId) => openEvents(hookId) });
  const metrics = new Registry();

  const receiver = options.demo ? await startDemoReceiver({ port: demoPortOf(dataDir), now: () => clock.now(), sendSamples: () => sendAsDemo(edge, clock.now(), sampleEvents(clock.now())) }) : null;
  if (receiver) await makeDemo({ dataDir, control, hookChanges, now: () => clock.now(), receiverPort: receiver.port });
  await hookChanges.finishPending();

  const { relay, transports } = await openRelay({
    control, logs, clock, random: Math.random, retry: { retryTimes: config.retryTimes, retryPeriodMs: config.retryPeriodSec * 1000 }, allowDestinations: config.allowDestinations,
    allowHttp: config.allowHttp, self, kafkaClient: config.kafkaClient, version, metrics, report,
    ...(receiver && { exceptions: demoPolicies(dataDir, receiver.port) }),
    stopHook: (accountId, hookId, reason) => {
      const stop = async (): Promise<void> => {
        const hook = await control.hooks.get(accountId, hookId);
        if (hook) await hookChanges.deactivate(hook, reason);
      };
      stop().catch((error: unknown) => report('a hook whose destination is gone could not be deactivated', error));
    },
  });
  const openEvents = async (hookId: string): Promise<number> => {
    const stored = await Promise.all(logs.map(async (log) => (await log.snapshot([hookId])).get(hookId)));
    return stored.reduce((n, lane) => n + (lane ? lane.waiting + lane.inFlight : 0), 0) + relay.lanes(hookId).reduce((n, lane) => n + lane.queue.length + lane.inFlight, 0);
  };

  const edge = await createEdge({
    control, logs, hookChanges, deliveries: createDeliveryReads({ control, logs, relay }), address, clock, logger, metrics,
    tester: createHookTester({ control, transports, clock, newId: (prefix) => newId(prefix, randomBytes(NEW_ID_BYTES)) }),
    config: { version, resolves: createHostResolver() },
    isReady: () => stores.problems(),
  });
  const server = await startEdgeServer({ edge, host: config.host, port: config.port });
  self.push(...ownAddresses(config.host).map((host) => ({ host, port: server.port })));

  return {
    server,
    demoUrl: receiver?.url ?? null,
    async stop(waitMs) {
      const until = clock.monotonic() + waitMs;
      const left = (): number => Math.max(0, until - clock.monotonic());
      await Promise.all([server.close(left() / 4), relay.stop(left() * RELAY_SHARE)]);
      await receiver?.close();
      await stores.close();
    },
  };
}

/** Who listens on every address is reached by each of them. */
function ownAddresses(host: string): readonly string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  return [host, ...Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map((one) => one.address) ?? [])];
}
