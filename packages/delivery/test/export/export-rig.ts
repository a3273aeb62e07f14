// The real engine, live and exports, on the memory log, in virtual time. A kill drops everything in memory between one instruction and the next.
import type { EventDraft, HookSelection, OutgoingBatch, Outcome, TransportFactory } from '@hookline/core';
import { type Hook, HookChanges, type LogBackend, MemoryLogBackend, ShardLog } from '@hookline/store';
import { ExportRuns } from '../../src/export/export-runs.ts';
import { type Exporter, startExporter } from '../../src/export/exporter.ts';
import { type Relay, startRelay } from '../../src/relay.ts';
import { ProcessClock, VirtualTime, WallClock } from '../../src/simulation/virtual-clock.ts';
import { ControlTables, openMemoryControl } from './memory-control.ts';

export const DAY_MS = 86_400_000;
/** 2026-03-01. */
const START_MS = 1_772_323_200_000;
export const START_DAY: number = START_MS / DAY_MS;
export const ACCOUNT = 1;
export const HOOK = 'hok_1';
export const ACTOR = { tokenId: null, userId: null };

/** One send as it arrived. */
export interface Arrival {
  readonly exportId: string | null;
  readonly deliveryId: string;
  readonly attempt: number;
  readonly body: string;
  readonly messages: readonly { readonly messageId: string; readonly eventId: string; readonly body: string }[];
  /** Virtual ms. */
  readonly at: number;
  /** Incarnation of the process that sent it. */
  readonly incarnation: number;
  /** Virtual ms at which its process learned how it ended; Infinity = never. */
  settledAt: number;
}

export type Mood = 'well' | 'failing' | 'taking_and_failing';

interface Running {
  readonly clock: ProcessClock;
  readonly log: ShardLog;
  readonly relay: Relay;
  readonly exporter: Exporter;
  readonly runs: ExportRuns;
  readonly changes: HookChanges;
}

export const SELECTION: HookSelection = {
  databaseId: null, events: ['click', 'open', 'profile_merge'], filters: { resources: [], mailings: [1, 2], templates: [], segments: [], pixels: [] },
  customData: { fields: ['email'], template: { id: '{{uuid}}', day: '{{event_date}}' } }, includeContent: true, includeEventId: true,
  subjects: { click: ['mailing'], open: ['mailing'], profile_merge: [] },
};

export class ExportRig {
  readonly time = new VirtualTime();
  readonly arrivals: Arrival[] = [];
  readonly tables = new ControlTables();
  readonly appended: EventDraft[] = [];
  mood: Mood = 'well';
  /** An event that the destination refuses, and all of a batch with it. */
  poison: string | null = null;
  incarnation = 0;
  answerMs = 30;
  /** One answer in four takes so much longer, another twice that, …: deliveries overlap. */
  answerSpreadMs = 0;
  #sends = 0;
  readonly #type: 'http' | 'kafka';
  readonly #wall = new WallClock(this.time, START_MS);
  readonly #disk = new MemoryLogBackend(0, 'rig');
  #running: Running | null = null;
  #ids = 0;

  constructor(type: 'http' | 'kafka' = 'http') {
    this.#type = type;
  }

  get up(): Running {
    if (!this.#running) throw new Error('start it first');
    return this.#running;
  }

  /** Lets time pass until it is answered. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const over = promise.finally(() => {
      settled = true;
    });
    over.catch(() => undefined);
    for (let tries = 0; !settled; tries++) {
      if (tries > 20_000) throw new Error('it is never answered');
      await this.time.run(tries < 50 ? 0.2 : 5);
    }
    return over;
  }

  async start(): Promise<void> {
    this.incarnation++;
    const clock = new ProcessClock(this.time, this.#wall);
    const control = openMemoryControl(this.tables, () => clock.alive);
    const sources = { profiles: { lookUp: async () => new Map(), mayBeDeleted: () => false }, catalog: { lookUp: async () => new Map() }, content: { lookUp: async () => new Map([['msg', '{"html":"x"}']]) } };
    const keys = { getOrCreate: async () => new Uint8Array(32).fill(7) };
    const eventTypes = { ofAccount: () => [], put: async () => Promise.reject(new Error('not here')) };
    const log = await this.wait(ShardLog.open({ backend: this.#backendOf(clock), clock, defer: (callback) => void clock.after(0, callback), dedupeWindowMs: DAY_MS }));
    const changes = new HookChanges({ control, logs: [log], now: () => clock.now(), openEvents: async () => 0 });
    await this.wait(changes.finishPending());
    const shared = { logs: [log], transports: this.#transports(clock), clock, random: () => 0.5, retry: { retryTimes: 3, retryPeriodMs: 1_000 }, stopHook: () => undefined, report: (message: string, error: unknown) => void console.error(message, error) };
    const relay = await this.wait(startRelay({ ...shared, control: { ...sources, keys, hooks: control.hooks } }));
    const exporter = await this.wait(startExporter({ ...shared, control: { ...sources, keys, ...control }, isLiveHungry: (shard) => relay.isHungry(shard), liveDelivered: () => relay.counts().reduce((n, { eventsDelivered }) => n + eventsDelivered, 0), owner: `rig-${this.incarnation}` }));
    const runs = new ExportRuns({ control: { ...control, eventTypes }, logs: [log], clock, newId: (prefix) => `${prefix}_${++this.#ids}`, ratesOf: (id) => exporter.rates(id) });
    this.#running = { clock, log, relay, exporter, runs, changes };
  }

  /** A commit of a process that has died reaches nothing; what is on the disk is on the disk. */
  #backendOf(clock: ProcessClock): LogBackend {
    return new Proxy(this.#disk, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) =>
          new Promise((resolve, reject) => {
            clock.after(0.5, () => void (Reflect.apply(member, target, args) as Promise<unknown>).then((value) => clock.after(0.2, () => resolve(value)), reject));
          });
      },
    });
  }

  #transports(clock: ProcessClock): TransportFactory {
    const { incarnation } = this;
    return {
      create: ({ request }) => ({
        type: request.type,
        send: (batch: OutgoingBatch) => {
          const arrival: Arrival = { exportId: batch.exportId, deliveryId: batch.deliveryId, attempt: batch.attempt, body: Buffer.from(batch.body).toString(), messages: batch.messages, at: this.time.now, incarnation, settledAt: Number.POSITIVE_INFINITY };
          const poisoned = batch.messages.some(({ eventId }) => eventId === this.poison);
          const taken = this.mood !== 'failing' && !poisoned;
          if (taken) this.arrivals.push(arrival);
          const outcome: Outcome = this.mood === 'well' && !poisoned ? { kind: 'delivered' } : { kind: 'failed', code: 'http_5xx', message: 'away' };
          return new Promise((resolve) => {
            clock.after(this.answerMs + (this.#sends++ % 4) * this.answerSpreadMs, () => {
              arrival.settledAt = this.time.now;
              resolve({ outcome, ...(this.#type !== 'http' && { each: batch.messages.map(() => outcome) }), evidence: { request: { target: 'rig' } } });
            });
          });
        },
        close: async () => undefined,
      }),
      close: async () => undefined,
    };
  }

  kill(): void {
    this.up.clock.alive = false;
    this.#running = null;
  }

  async makeHook(): Promise<Hook> {
    const request =
      this.#type === 'http'
        ? ({ type: 'http', url: 'https://rig.example', max_batch_size: 7, timeout_sec: 1, success_status: '2xx', request_timeout_sec: 15, headers: {}, auth: { type: 'none' } } as const)
        : ({ type: 'kafka', brokers: ['rig:9092'], topic: 't', tls: false, key: 'profile_id' } as const);
    return this.wait(this.up.changes.create({ id: HOOK, accountId: ACCOUNT, name: 'rig', active: true, selection: SELECTION, request }));
  }
  get hook(): Hook {
    return this.tables.hooks.get(HOOK) as Hook;
  }

  async append(events: readonly EventDraft[]): Promise<void> {
    const result = await this.wait(this.up.log.append({ events }));
    if (result.kind === 'stored') this.appended.push(...events.filter((_, i) => result.items[i]?.status === 'accepted'));
  }

  async create(from: string, to: string, maxEventsPerSec: number | null = null): Promise<string | null> {
    const made = await this.wait(this.up.runs.create(this.hook, { from, to, maxEventsPerSec }, ACTOR));
    return 'kind' in made ? null : made.id;
  }

  /** Until it is over, as long as it takes. */
  async finish(exportId: string): Promise<void> {
    for (let waited = 0; this.tables.exports.get(exportId)?.finishedAt === null; waited += 500) {
      if (waited > 6 * 3_600_000) throw new Error(`${exportId} does not end: ${JSON.stringify(this.tables.exports.get(exportId))} ${JSON.stringify(await this.wait(this.up.runs.progress(this.tables.exports.get(exportId)!)))}`);
      await this.time.run(500);
    }
  }

  /** Events that arrived, with how often. */
  copies(exportId: string | null): Map<string, number> {
    const copies = new Map<string, number>();
    for (const arrival of this.arrivals) if (arrival.exportId === exportId) for (const { eventId } of arrival.messages) copies.set(eventId, (copies.get(eventId) ?? 0) + 1);
    return copies;
  }
}

let made = 0;
export function event(change: Partial<EventDraft> & { readonly day: number }): EventDraft {
  const { day, ...rest } = change;
  const callerId = `e${made++}`;
  const eventTimeMs = day * DAY_MS + (made % 1_000) * 86_000;
  return {
    accountId: ACCOUNT, databaseId: 7, eventType: 'click', resourceId: 2, mailingId: 1, templateId: 4, segmentId: null, pixelId: null, profileId: `p${made % 5}`, eventTimeMs,
    base: `{"event_type":"click","event_date":"${new Date(eventTimeMs).toISOString()}","event_data":{"n":${made}}`, profile: '{"email":"a@b.c"}', customData: null, contentRef: 'msg', callerId, ...rest,
  };
}

export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The rule again, by hand. */
export function belongs(draft: EventDraft, fromDay: number, throughDay: number | null): boolean {
  const day = Math.floor(draft.eventTimeMs / DAY_MS);
  return draft.accountId === ACCOUNT && ['click', 'open'].includes(draft.eventType) && (draft.mailingId === 1 || draft.mailingId === 2) && day >= fromDay && (throughDay === null || day <= throughDay);
}
