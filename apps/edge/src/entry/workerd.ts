// The edge on Workers, and on workerd by itself: `wrangler dev`, `wrangler deploy` (wrangler.jsonc). Nothing lives longer than a request here: no listener, no timers, no
// appender. Events go to an edge process that lives (HOOKLINE_APPEND_URL), or directly into a shard of their own on the libSQL server.
import { createAddressPolicy } from '@hookline/core';
import { createDeliveryReads, createDryRun, createEventSearch, ExportRuns } from '@hookline/delivery';
import { HookChanges, openDirectEventLog, openForwardedEventLog, type ObservedLog, openRemoteControlStore, type OpenControlStore } from '@hookline/store';
import { createFetchTransportFactory, systemClock } from '@hookline/transports';
import { Registry } from 'prom-client';
import { loadSettings, type SettingValues } from '../config/load-settings.ts';
import { WORKER_SETTINGS } from '../config/worker-settings.ts';
import { createEdge, type Edge, randomId } from '../create-edge.ts';
import { placeOfRequest } from '../enrich/request-place.ts';
import { createHookTester } from '../hook/hook-tester.ts';
import type { Connection } from '../pixel/visitor-request.ts';
import { createConsoleLogger } from '../run/console-logger.ts';
import { createForwardAppender } from '../run/forward-appender.ts';
import { createWebServing, type WebServing } from './serve-web.ts';

/** What another process wrote is seen within this time. */
const FRESH_MS = 1_000;
const HOUR_MS = 3_600_000;

interface Opened {
  readonly serving: WebServing;
  readonly refresh: () => Promise<void>;
}
interface ExecutionContext {
  waitUntil(work: Promise<unknown>): void;
}
type WorkerEnv = Readonly<Record<string, string | undefined>>;

let opening: Promise<Opened> | null = null;
let freshAt = Number.NEGATIVE_INFINITY;

export default {
  async fetch(request: Request, env: WorkerEnv, context: ExecutionContext): Promise<Response> {
    opening ??= open(env);
    // Others wait for it too: it goes on when this visitor is gone.
    context.waitUntil(opening.catch(() => {}));
    let opened: Opened;
    try {
      opened = await opening;
    } catch (error: unknown) {
      opening = null;
      console.error(error instanceof Error ? error.message : String(error));
      return new Response(null, { status: 503, headers: { 'retry-after': '1', 'cache-control': 'no-store' } });
    }
    if (performance.now() - freshAt > FRESH_MS) {
      freshAt = performance.now();
      // A server that does not answer leaves what is known.
      await opened.refresh().catch(() => {});
    }
    return opened.serving.serve(request, connectionOf(request));
  },
};

function connectionOf(request: Request): Connection {
  const { cf } = request as { readonly cf?: { readonly clientIp?: unknown } };
  // workerd by itself tells the peer's address; the platform tells the visitor's, and lets nobody else say so.
  const address = typeof cf?.clientIp === 'string' ? cf.clientIp : request.headers.get('cf-connecting-ip');
  return { address, place: placeOfRequest(cf) };
}

async function open(env: WorkerEnv): Promise<Opened> {
  const settings = loadSettings(WORKER_SETTINGS, { env });
  const clock = systemClock;
  let refreshControl = async (): Promise<void> => {};
  const control = await openRemoteControlStore({
    url: settings.databaseUrl as string, masterKey: settings.masterKey as string, token: settings.databaseToken, adminUrl: settings.databaseAdminUrl, retentionHours: settings.contentCleanupHours, contentBytesMax: settings.contentBytesMax, clock,
    fetch: wholeAnswers,
    onRefresh: (refresh) => {
      refreshControl = refresh;
    },
  });
  await control.ensureInitial({ adminToken: settings.adminToken, platformToken: settings.platformToken });
  const log = await openLog(settings, control);
  const edge = await createWorkerEdge(settings, control, log);
  return {
    serving: createWebServing(edge),
    refresh: async () => void (await Promise.all([refreshControl(), log.look()])),
  };
}

type Settings = SettingValues<typeof WORKER_SETTINGS>;

function openLog(settings: Settings, control: OpenControlStore): Promise<ObservedLog> {
  const { appendUrl, appendToken, logUrl, databaseUrl, databaseToken, databaseAdminUrl } = settings;
  const clock = systemClock;
  const place = { url: logUrl ?? (databaseUrl as string), token: databaseToken ?? null, adminUrl: databaseAdminUrl ?? null, shard: settings.shard, clock, dedupeWindowMs: settings.dedupeHours * HOUR_MS, fetch: wholeAnswers };
  if (appendUrl === undefined) return openDirectEventLog(place);
  const contentOf = (accountId: number, ref: string): Promise<string | null> => control.content.get(accountId, ref, clock.now());
  return openForwardedEventLog(place, createForwardAppender({ url: appendUrl, token: appendToken ?? '', fetch: (...given) => fetch(...given), contentOf }));
}

async function createWorkerEdge(settings: Settings, control: OpenControlStore, log: ObservedLog): Promise<Edge> {
  const clock = systemClock;
  const logs = [log] as const;
  const address = createAddressPolicy({ allow: settings.allowDestinations, allowHttp: settings.allowHttp, self: [] });
  const transports = createFetchTransportFactory({ policy: address, openSecret: control.keys.open, version: settings.version, fetch: (...given) => fetch(...given), clock });
  return createEdge({
    control, logs, address, clock,
    hookChanges: new HookChanges({ control, logs, now: () => clock.now(), openEvents: async (hookId) => openEvents(log, hookId) }),
    deliveries: createDeliveryReads({ control, logs, relay: null, exporter: null, now: () => clock.now() }),
    exports: new ExportRuns({ control, logs, clock, newId: randomId, ratesOf: () => null }),
    dryRun: createDryRun({ control, logs, clock }),
    searchEvents: createEventSearch({ logs, clock }),
    tester: createHookTester({ control, transports, clock, newId: randomId }),
    logger: createConsoleLogger(settings.logLevel),
    metrics: new Registry(),
    config: {
      version: settings.version, resolves: async () => true, ingestEventsPerSecMax: settings.ingestEventsPerSec, publicUrl: settings.publicUrl ?? null, isRequestBound: true,
      pixels: { trustedProxies: settings.trustedProxies, secretQueryKeys: settings.secretQueryKeys, hitsPerSecond: settings.pixelHitsPerSec },
    },
    async isReady() {
      const [ofControl, ofLog] = await Promise.all([control.health(), log.durability()]);
      return [ofControl && `control data: ${ofControl}`, ofLog && `event log: ${ofLog}`].filter((reason): reason is string => typeof reason === 'string');
    },
  });
}

async function openEvents(log: ObservedLog, hookId: string): Promise<number> {
  const stored = (await log.snapshot([hookId])).get(hookId);
  return stored === undefined ? 0 : stored.waiting + stored.inFlight;
}

/** The stores want answers that are read to their end. */
async function wholeAnswers(request: Request): Promise<Response> {
  const response = await fetch(request);
  return new Response(await response.arrayBuffer(), { status: response.status, headers: response.headers });
}
