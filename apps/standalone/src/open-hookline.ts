// Everything in one process on one embedded file: stores, relay and edge put together, in the order that makes each ready before it is used.
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { type Clock, createAddressPolicy, NEW_ID_BYTES, newId, type SelfAddress } from '@hookline/core';
import { createDeliveryReads, createDryRun, createEventSearch, followWithExports, startUpkeep } from '@hookline/delivery';
import { ATTEMPTS_KEPT_DAYS, createEdge, createHookTester, createHostResolver, DEAD_LETTERS_KEPT_DAYS, type EdgeServer, type Logger, logRetention, oidcSettings, openPlaceFile, type PixelSettings, startEdgeServer } from '@hookline/edge';
import { openExporter } from '@hookline/exporter';
import { openRelay } from '@hookline/relay';
import { HookChanges, reconcileHooks } from '@hookline/store';
import { Registry } from 'prom-client';
import type { HooklineConfig } from './config.ts';
import { consoleFolder } from './console-folder.ts';
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
  /** Where the first user is made; null when somebody can sign in already. */
  readonly firstUserUrl: string | null;
  /** The demo receiver's page; null without the demo. */
  readonly demoUrl: string | null;
  /** Stops accepting, finishes or releases what is in flight, closes the files. At most `waitMs`. */
  stop(waitMs: number): Promise<void>;
}

/** Of the time a stop may take: for the listener and the exporter, whose deliveries go on after the next start anyway, and for the relay. */
const LISTENER_SHARE = 0.25;
const RELAY_SHARE = 0.8;
const DAY_MS = 86_400_000;

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
  await reconcileHooks({ control, logs, now: () => clock.now() });

  const stopHook = (accountId: number, hookId: string, reason: string): void => {
    const stop = async (): Promise<void> => {
      const hook = await control.hooks.get(accountId, hookId);
      if (hook) await hookChanges.deactivate(hook, reason);
    };
    stop().catch((error: unknown) => report('a hook whose destination is gone could not be deactivated', error));
  };
  const retry = { retryTimes: config.retryTimes, retryPeriodMs: config.retryPeriodSec * 1000 };
  const { relay, transports } = await openRelay({
    control, logs, clock, random: Math.random, retry, stopHook, allowDestinations: config.allowDestinations,
    allowHttp: config.allowHttp, self, kafkaClient: config.kafkaClient, version, metrics, report,
    ...(receiver && { exceptions: demoPolicies(dataDir, receiver.port) }),
  });
  const { exporter, runs } = await openExporter({ control, logs, transports, clock, random: Math.random, retry, stopHook, isLiveHungry: (shard) => relay.isHungry(shard), liveDelivered: () => relay.counts().reduce((n, { eventsDelivered }) => n + eventsDelivered, 0), metrics, report });
  const stopUpkeep = startUpkeep({
    logs, clock, report,
    retention: () => ({ ...logRetention(config, control.accounts.retentions()), attemptsMs: ATTEMPTS_KEPT_DAYS * DAY_MS, deadLettersMs: DEAD_LETTERS_KEPT_DAYS * DAY_MS }),
    async makeRoom(shard, accountId, through) {
      await exporter.makeRoom(shard, accountId, through);
      await relay.makeRoom(shard, accountId, through);
    },
    cleanUpControl: [(nowMs) => control.content.cleanUp(nowMs).then(() => false), (nowMs) => control.audit.cleanUp(nowMs), (nowMs) => control.visitors.cleanUp(nowMs)],
  });
  const openEvents = async (hookId: string): Promise<number> => {
    const stored = await Promise.all(logs.map(async (log) => (await log.snapshot([hookId])).get(hookId)));
    return stored.reduce((n, lane) => n + (lane ? lane.waiting + lane.inFlight : 0), 0) + relay.lanes(hookId).reduce((n, lane) => n + lane.queue.length + lane.inFlight, 0) + exporter.openEvents(hookId);
  };

  const edge = await createEdge({
    control, logs, hookChanges: followWithExports(hookChanges, runs), deliveries: createDeliveryReads({ control, logs, relay, exporter, now: () => clock.now() }), exports: runs, address, clock, logger, metrics,
    dryRun: createDryRun({ control, logs, clock }),
    searchEvents: createEventSearch({ logs, clock }),
    tester: createHookTester({ control, transports, clock, newId: (prefix) => newId(prefix, randomBytes(NEW_ID_BYTES)) }),
    config: { version, consoleFolder, resolves: createHostResolver(), ingestEventsPerSecMax: config.ingestEventsPerSec, publicUrl: config.publicUrl ?? null, oidc: oidcSettings(config), pixels: pixelSettings(config) },
    isReady: () => stores.problems(),
  });
  const server = await startEdgeServer({ edge, host: config.host, port: config.port });
  self.push(...ownAddresses(config.host).map((host) => ({ host, port: server.port })));

  const firstUserPath = await edge.firstUserPath();

  return {
    server,
    firstUserUrl: firstUserPath === null ? null : `${server.url}${firstUserPath}`,
    demoUrl: receiver?.url ?? null,
    async stop(waitMs) {
      const until = clock.monotonic() + waitMs;
      const left = (): number => Math.max(0, until - clock.monotonic());
      const stopping = [server.close(left() * LISTENER_SHARE), stopUpkeep()];
      await exporter.stop(left() * LISTENER_SHARE);
      await Promise.all([...stopping, relay.stop(left() * RELAY_SHARE)]);
      await receiver?.close();
      await stores.close();
    },
  };
}

const pixelSettings = ({ trustedProxies, secretQueryKeys, pixelHitsPerSec, placeFile }: HooklineConfig): Partial<PixelSettings> => ({
  trustedProxies, secretQueryKeys, hitsPerSecond: pixelHitsPerSec, ...(placeFile === undefined ? {} : { readPlace: openPlaceFile(placeFile) }),
});

/** Who listens on every address is reached by each of them. */
function ownAddresses(host: string): readonly string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  return [host, ...Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map((one) => one.address) ?? [])];
}
