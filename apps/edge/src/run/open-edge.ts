import { type Clock, createAddressPolicy, type SelfAddress } from '@hookline/core';
import { createDeliveryReads, createDryRun, createEventSearch, ExportRuns, followWithExports, startUpkeep } from '@hookline/delivery';
import { HookChanges, reconcileHooks } from '@hookline/store';
import { createTransportFactory } from '@hookline/transports';
import { Registry } from 'prom-client';
import { createEdge, type Edge, randomId } from '../create-edge.ts';
import { oidcSettings } from '../config/load-settings.ts';
import { openPlaceFile } from '../enrich/open-place-file.ts';
import { createHookTester } from '../hook/hook-tester.ts';
import { createHostResolver } from '../hook/host-resolver.ts';
import type { Logger } from '../logger.ts';
import { ATTEMPTS_KEPT_DAYS, DEAD_LETTERS_KEPT_DAYS } from '../config/edge-settings.ts';
import { lookAgainAndAgain } from '../shards/look-again.ts';
import { finishPendingChanges } from '../shards/pending-changes.ts';
import { SpreadLog } from '../shards/spread-log.ts';
import { wakeRelays } from '../shards/wake-relays.ts';
import { logRetention } from './log-retention.ts';
import { type EdgeSettings, type EdgeStores, openEdgeStores, type StoreFetch } from './open-edge-stores.ts';

// An edge by itself: it takes events in and serves the whole API. Delivering is a relay's business, which reads the log from elsewhere.

const DAY_MS = 86_400_000;

export interface EdgeRunOptions {
  readonly settings: EdgeSettings;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where undici does not run: the runtime's own, for the store and for test sends. */
  readonly fetch?: typeof globalThis.fetch;
  /** Instead of those that the settings name. */
  readonly stores?: EdgeStores;
  /** The built console; left out, none is served. */
  readonly consoleFolder?: string;
}

export interface OpenEdge {
  readonly edge: Edge;
  /** Once it listens: a hook is never sent to ourselves. */
  listensOn(address: SelfAddress): void;
  close(): Promise<void>;
}


/** Throws HooklineError `config_invalid` or `key_invalid` for what only the operator can cure, `store_unavailable` for what may pass. */
export async function openEdge({ settings, version, clock, logger, fetch, stores, consoleFolder }: EdgeRunOptions): Promise<OpenEdge> {
  const { control, own, others, token, close } = stores ?? (await openEdgeStores(settings, clock, fetch && wholeAnswers(fetch)));
  await control.ensureInitial({ adminToken: settings.adminToken, platformToken: settings.platformToken });
  const observed = others.map(({ log }) => log);
  /** In the order of their numbers, which is the same for every edge: pages go through them. */
  const logs = [own, ...observed].sort((a, b) => a.shard - b.shard);
  const appends = others.length === 0 ? own : new SpreadLog({ own, peers: new Map(others.map(({ log, appender }) => [log.shard, appender])) });
  const self: SelfAddress[] = [];
  const address = createAddressPolicy({ allow: settings.allowDestinations, allowHttp: settings.allowHttp, self });
  const transports = createTransportFactory({ policy: address, openSecret: control.keys.open, kafkaClient: 'platformatic', version, clock, ...(fetch && { fetch }) });
  const openEvents = async (hookId: string): Promise<number> => {
    const stored = await Promise.all(logs.map(async (log) => (await log.snapshot([hookId])).get(hookId)));
    return stored.reduce((n, lane) => n + (lane ? lane.waiting + lane.inFlight : 0), 0);
  };
  const hookChanges = new HookChanges({ control, logs, now: () => clock.now(), openEvents });
  const report = (message: string, error: unknown): void => logger.log('error', message, { error: error instanceof Error ? error.message : String(error) });
  await hookChanges.finishPending();
  await reconcileHooks({ control, logs: [own], now: () => clock.now() });
  const stopPending = await finishPendingChanges({ hooks: control.hooks, changes: hookChanges, clock, report });
  const stopLooking = lookAgainAndAgain(observed, clock, report);
  const stopWaking = wakeRelays({ log: own, urls: settings.relayUrls, token, fetch: globalThis.fetch });
  const exports = new ExportRuns({ control, logs, clock, newId: randomId, ratesOf: () => null });
  const stopUpkeep = startUpkeep({
    logs: [own], clock, report,
    retention: () => ({ ...logRetention(settings, control.accounts.retentions()), attemptsMs: ATTEMPTS_KEPT_DAYS * DAY_MS, deadLettersMs: DEAD_LETTERS_KEPT_DAYS * DAY_MS }),
    cleanUpControl: [(nowMs) => control.content.cleanUp(nowMs).then(() => false), (nowMs) => control.audit.cleanUp(nowMs), (nowMs) => control.visitors.cleanUp(nowMs)],
  });
  const edge = await createEdge({
    control, logs: [appends, ...observed], inner: { log: own, token }, address, clock, logger, exports,
    hookChanges: followWithExports(hookChanges, exports),
    deliveries: createDeliveryReads({ control, logs, relay: null, exporter: null, now: () => clock.now() }),
    dryRun: createDryRun({ control, logs, clock }),
    searchEvents: createEventSearch({ logs, clock }),
    tester: createHookTester({ control, transports, clock, newId: randomId }),
    metrics: new Registry(),
    config: {
      version, consoleFolder: consoleFolder ?? null, resolves: createHostResolver(), ingestEventsPerSecMax: settings.ingestEventsPerSec, publicUrl: settings.publicUrl ?? null, oidc: oidcSettings(settings),
      pixels: { trustedProxies: settings.trustedProxies, secretQueryKeys: settings.secretQueryKeys, hitsPerSecond: settings.pixelHitsPerSec, ...(settings.placeFile !== undefined && { readPlace: openPlaceFile(settings.placeFile) }) },
    },
    async isReady() {
      const [ofControl, ofLog] = await Promise.all([control.health(), own.trouble() ?? own.durability()]);
      return [ofControl && `control data: ${ofControl}`, ofLog && `event log: ${ofLog}`].filter((reason): reason is string => typeof reason === 'string');
    },
  });
  return {
    edge,
    listensOn: (address) => void self.push(address),
    async close() {
      stopWaking();
      await Promise.all([stopUpkeep(), stopPending(), stopLooking()]);
      await transports.close();
      await close();
    },
  };
}

/** The stores want answers that are read to their end. */
function wholeAnswers(fetch: typeof globalThis.fetch): StoreFetch {
  return async (request) => {
    const response = await fetch(request);
    return new Response(await response.arrayBuffer(), { status: response.status, headers: response.headers });
  };
}
