import { type Clock, createAddressPolicy, type SelfAddress } from '@hookline/core';
import { createDeliveryReads, createDryRun, createEventSearch, ExportRuns, startUpkeep } from '@hookline/delivery';
import { HookChanges } from '@hookline/store';
import { createTransportFactory } from '@hookline/transports';
import { Registry } from 'prom-client';
import { createEdge, type Edge, randomId } from '../create-edge.ts';
import { openPlaceFile } from '../enrich/open-place-file.ts';
import { createHookTester } from '../hook/hook-tester.ts';
import { createHostResolver } from '../hook/host-resolver.ts';
import type { Logger } from '../logger.ts';
import { type EdgeSettings, type EdgeStores, openEdgeStores, type StoreFetch } from './open-edge-stores.ts';

// An edge by itself: it takes events in and serves the whole API. Delivering is a relay's business, which reads the log from elsewhere.

export interface EdgeRunOptions {
  readonly settings: EdgeSettings;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where undici does not run: the runtime's own, for the store and for test sends. */
  readonly fetch?: typeof globalThis.fetch;
  /** Instead of those that the settings name. */
  readonly stores?: EdgeStores;
}

export interface OpenEdge {
  readonly edge: Edge;
  /** Once it listens: a hook is never sent to ourselves. */
  listensOn(address: SelfAddress): void;
  close(): Promise<void>;
}

/** Nothing is removed here: only whoever delivers knows what is still needed. */
const KEEP_ALL = { eventsMs: null, attemptsMs: null, deadLettersMs: null };

/** Throws HooklineError `config_invalid` or `key_invalid` for what only the operator can cure, `store_unavailable` for what may pass. */
export async function openEdge({ settings, version, clock, logger, fetch, stores }: EdgeRunOptions): Promise<OpenEdge> {
  const { control, log, close } = stores ?? (await openEdgeStores(settings, clock, fetch && wholeAnswers(fetch)));
  await control.ensureInitial({ adminToken: settings.adminToken, platformToken: settings.platformToken });
  const logs = [log] as const;
  const self: SelfAddress[] = [];
  const address = createAddressPolicy({ allow: settings.allowDestinations, allowHttp: settings.allowHttp, self });
  const transports = createTransportFactory({ policy: address, openSecret: control.keys.open, kafkaClient: 'platformatic', version, clock, ...(fetch && { fetch }) });
  const openEvents = async (hookId: string): Promise<number> => {
    const stored = (await log.snapshot([hookId])).get(hookId);
    return stored === undefined ? 0 : stored.waiting + stored.inFlight;
  };
  const hookChanges = new HookChanges({ control, logs, now: () => clock.now(), openEvents });
  await hookChanges.finishPending();
  const report = (message: string, error: unknown): void => logger.log('error', message, { error: error instanceof Error ? error.message : String(error) });
  const stopUpkeep = startUpkeep({
    logs, clock, report, retention: () => KEEP_ALL,
    cleanUpControl: [(nowMs) => control.content.cleanUp(nowMs).then(() => false), (nowMs) => control.audit.cleanUp(nowMs), (nowMs) => control.visitors.cleanUp(nowMs)],
  });
  const edge = await createEdge({
    control, logs, hookChanges, address, clock, logger,
    deliveries: createDeliveryReads({ control, logs, relay: null, exporter: null, now: () => clock.now() }),
    exports: new ExportRuns({ control, logs, clock, newId: randomId, ratesOf: () => null }),
    dryRun: createDryRun({ control, logs, clock }),
    searchEvents: createEventSearch({ logs, clock }),
    tester: createHookTester({ control, transports, clock, newId: randomId }),
    metrics: new Registry(),
    config: {
      version, resolves: createHostResolver(), ingestEventsPerSecMax: settings.ingestEventsPerSec, publicUrl: settings.publicUrl ?? null,
      pixels: { trustedProxies: settings.trustedProxies, secretQueryKeys: settings.secretQueryKeys, hitsPerSecond: settings.pixelHitsPerSec, ...(settings.placeFile !== undefined && { readPlace: openPlaceFile(settings.placeFile) }) },
    },
    async isReady() {
      const [ofControl, ofLog] = await Promise.all([control.health(), log.trouble() ?? log.durability()]);
      return [ofControl && `control data: ${ofControl}`, ofLog && `event log: ${ofLog}`].filter((reason): reason is string => typeof reason === 'string');
    },
  });
  return {
    edge,
    listensOn: (own) => void self.push(own),
    async close() {
      await stopUpkeep();
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
