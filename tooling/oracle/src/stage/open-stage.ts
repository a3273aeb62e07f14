// The product with its names, profiles and hooks, the destinations, and the ledger: what every scenario plays on.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Ledger } from '../ledger/ledger.ts';
import { sendEvents } from '../load/send-events.ts';
import type { LoadOptions, LoadResult } from '../load/send-events.ts';
import type { HookConfig } from '../model/hook-config.ts';
import type { EventOptions } from '../model/make-event.ts';
import { eventNumberIn } from '../model/make-event.ts';
import { DATABASES, catalogRows, storedProfiles } from '../model/world.ts';
import { createApiClient } from '../product/api-client.ts';
import type { ApiClient } from '../product/api-client.ts';
import { startProduct } from '../product/product-process.ts';
import type { ProductOptions, ProductProcess } from '../product/product-process.ts';
import { envelopeProblems } from '../sinks/broker-message.ts';
import type { BrokerSink, RecordMessage } from '../sinks/broker-sink.ts';
import { startHttpSink } from '../sinks/http-sink.ts';
import type { HttpSink } from '../sinks/http-sink.ts';
import { createDestinations } from './destinations.ts';
import type { Brokers, Destinations, Expected, WantedSink } from './destinations.ts';
import { KeptRequests } from './kept-requests.ts';
import { isQuiet } from './lane-view.ts';
import type { LaneView } from './lane-view.ts';
import { recordRequest } from './record-request.ts';

export interface StageOptions extends Brokers {
  readonly seed: number;
  readonly events?: EventOptions;
  readonly product?: ProductOptions;
  readonly hooks: (at: Destinations) => readonly HookConfig[];
  /** What arrives is only kept, until `judge`: who measures the product cannot share a core with the judging. */
  readonly judgeLater?: boolean;
}

export interface Stage {
  readonly product: ProductProcess;
  readonly api: ApiClient;
  readonly ledger: Ledger;
  readonly http: HttpSink;
  /** The HTTP requests that are kept for later. */
  readonly kept: KeptRequests | null;
  /** Enters into the ledger what was kept, and lets the brokers' sinks consume. */
  judge(): Promise<void>;
  hookId(hook: string): string;
  /** `PATCH`es a hook; the ledger knows. `config` is the whole of it afterwards. */
  edit(config: HookConfig, patch: object): Promise<void>;
  /** `POST`s to `/v1/hooks/{id}/{action}`; `after` is what holds afterwards, null = not active. */
  act(hook: string, action: string, body: object | undefined, after: HookConfig | null): Promise<void>;
  /** From where the hook stopped: what was accepted meanwhile is owed after all. */
  activateFromStopped(config: HookConfig): Promise<void>;
  remove(hook: string): Promise<void>;
  lane(hook: string): Promise<LaneView>;
  /** Hooks that are there. */
  hooks(): readonly string[];
  /** Numbers of the events in the dead letters, by hook. */
  deadLetters(): Promise<ReadonlyMap<string, ReadonlySet<number>>>;
  send(options: Omit<LoadOptions, 'api' | 'ledger'>): Promise<LoadResult>;
  /** Waits until all that is owed has been taken or lies in the dead letters, every lane is quiet and the sinks have read all there is. False = nothing moved for a minute. */
  settle(): Promise<boolean>;
  close(): Promise<void>;
}

const LOOK_AGAIN_MS = 200;
const STUCK_MS = 60_000;

/** Pauses between attempts are short, so that a test does not wait for them. */
const QUICK: Readonly<Record<string, string>> = { HOOK_RETRY_PERIOD_SEC: '1' };

export async function openStage(options: StageOptions): Promise<Stage> {
  const run = `o-${randomBytes(4).toString('hex')}`;
  const ledger = new Ledger({ seed: options.seed, ...options.events });
  const ids = new Map<string, string>();
  const kept = options.judgeLater ? new KeptRequests() : null;
  const http = await startHttpSink((request, taken) => (kept ? kept.add(request, taken) : recordRequest(ledger, ids, request, taken)));
  const { at, wanted } = createDestinations(http, options, run);
  const configs = options.hooks(at);
  const sinks = new Map<string, BrokerSink>();
  const closers: (() => Promise<unknown>)[] = [() => http.close()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    for (const sink of wanted) {
      const opened = await sink.open(recorder(ledger, ids, sink));
      sinks.set(sink.hook, opened);
      if (!kept) await opened.consume();
      closers.push(() => opened.close());
    }
    const product = await startProduct({ ...options.product, env: { ...QUICK, ...options.product?.env } });
    closers.push(() => product.stop());
    const api = createApiClient(product.url, product.token);
    closers.push(() => api.close());
    await fillWorld(api);
    for (const config of configs) {
      const answered = ledger.changing(config.name, config);
      const { id } = await api.call<{ id: string }>('POST', '/v1/hooks', config);
      answered();
      ids.set(config.name, id);
    }
    return createStage({ product, api, ledger, http, sinks, ids, kept, close });
  } catch (error: unknown) {
    await close();
    throw error;
  }
}

interface Parts extends Pick<Stage, 'product' | 'api' | 'ledger' | 'http' | 'kept' | 'close'> {
  readonly sinks: ReadonlyMap<string, BrokerSink>;
  readonly ids: Map<string, string>;
}

function createStage({ product, api, ledger, http, sinks, ids, kept, close }: Parts): Stage {
  const hooks = (): readonly string[] => [...ids.keys()].filter((name) => !ledger.book(name).deleted);
  const hookPath = (hook: string): string => `/v1/hooks/${ids.get(hook)}`;
  const lane = (hook: string): Promise<LaneView> => api.call('GET', `${hookPath(hook)}/lane`);

  const deadLetters = async (): Promise<Map<string, Set<number>>> => {
    const dead = new Map<string, Set<number>>();
    for (const hook of hooks()) {
      const numbers = new Set<number>();
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: { data: readonly { event_id: string }[]; next_cursor: string | null } = await api.call('GET', `${hookPath(hook)}/dead-letters?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
        for (const row of page.data) numbers.add(Number(row.event_id.split('-')[1]));
        cursor = page.next_cursor;
      }
      dead.set(hook, numbers);
    }
    return dead;
  };
  const openCount = (): number => ledger.books.reduce((sum, book) => sum + (book.deleted ? 0 : ledger.open(book).length), 0);
  const isSettled = async (open: number): Promise<boolean> => {
    const lanes = await Promise.all(hooks().map(lane));
    if (!lanes.every(isQuiet)) return false;
    return open === 0 || lanes.reduce((sum, { counters }) => sum + counters.dead, 0) >= open;
  };
  return {
    product, api, ledger, http, kept, lane, hooks, deadLetters, close,
    async judge() {
      for (const { request, taken } of kept?.take() ?? []) recordRequest(ledger, ids, request, taken);
      for (const sink of sinks.values()) await sink.consume();
    },
    hookId: (hook) => ids.get(hook) ?? '',
    send: (options) => sendEvents({ api, ledger, ...options }),
    async edit(config, patch) {
      const answered = ledger.changing(config.name, config);
      await api.call('PATCH', hookPath(config.name), patch);
      answered();
    },
    async act(hook, action, body, after) {
      const answered = ledger.changing(hook, after);
      await api.call('POST', `${hookPath(hook)}/${action}`, body);
      answered();
    },
    async activateFromStopped(config) {
      const answered = ledger.activatingFromStopped(config.name, config);
      await api.call('POST', `${hookPath(config.name)}/activate`, { from: 'stopped' });
      answered();
    },
    async remove(hook) {
      const answered = ledger.changing(hook, null);
      ledger.book(hook).deleted = true;
      await api.call('DELETE', hookPath(hook));
      answered();
    },
    async settle() {
      let before = -1;
      for (let movedAt = performance.now(); performance.now() - movedAt < STUCK_MS; await pause(LOOK_AGAIN_MS)) {
        const open = openCount();
        const taken = ledger.books.reduce((sum, book) => sum + book.takenCount, 0);
        if (taken !== before) movedAt = performance.now();
        before = taken;
        if (!(await isSettled(open))) continue;
        for (const sink of sinks.values()) await sink.drain();
        if (openCount() === open) return true;
      }
      return false;
    },
  };
}

function recorder(ledger: Ledger, ids: ReadonlyMap<string, string>, { hook, expected }: WantedSink): RecordMessage {
  return (text, envelope) => {
    const number = eventNumberIn(text);
    if (number === null) return ledger.unreadable(hook, text);
    const event = ledger.event(number);
    const wanted: Expected = { eventId: event.id, eventType: event.type, hookId: ids.get(hook), ...expected(event) };
    ledger.arrived(hook, { text, deliveryId: envelope.messageId ?? '', taken: true, problems: envelopeProblems(envelope, wanted) });
  };
}

async function fillWorld(api: ApiClient): Promise<void> {
  await api.call('POST', '/v1/catalog', catalogRows());
  for (const database of DATABASES) await api.call('POST', `/v1/databases/${database}/profiles`, storedProfiles(database));
}
