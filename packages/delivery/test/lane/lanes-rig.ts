// The live engine on the memory log, in virtual time, with a destination for each hook that answers as its test says.
import type { EventDraft, HookSelection, OutgoingBatch, Outcome, TransportFactory } from '@hookline/core';
import { type Hook, HookChanges, type LogBackend, MemoryLogBackend, ShardLog } from '@hookline/store';
import { type Relay, startRelay } from '../../src/relay.ts';
import { ProcessClock, VirtualTime, WallClock } from '../../src/simulation/virtual-clock.ts';
import { ControlTables, openMemoryControl } from '../export/memory-control.ts';

const DAY_MS = 86_400_000;
const START_MS = 1_772_323_200_000;
const ACCOUNT = 1;
const READ_MS = 20;

export interface Destination {
  readonly outcome: Outcome;
  readonly answerMs: number;
}

export interface Arrival {
  readonly events: number;
  /** Virtual ms. */
  readonly at: number;
}

export const DELIVERED: Destination = { outcome: { kind: 'delivered' }, answerMs: 5 };

export class LanesRig {
  readonly time = new VirtualTime();
  readonly arrivals = new Map<string, Arrival[]>();
  readonly answers = new Map<string, Destination | ((batch: OutgoingBatch) => Destination)>();
  /** Pages that were read of the log. */
  pagesRead = 0;
  readonly #clock = new ProcessClock(this.time, new WallClock(this.time, START_MS));
  readonly #disk = new MemoryLogBackend(0, 'rig');
  readonly #tables = new ControlTables();
  readonly #control = openMemoryControl(this.#tables, () => true);
  #log: ShardLog | null = null;
  #relay: Relay | null = null;
  #changes: HookChanges | null = null;
  #made = 0;

  get relay(): Relay {
    return this.#relay as Relay;
  }
  get log(): ShardLog {
    return this.#log as ShardLog;
  }

  async wait<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const over = promise.finally(() => {
      settled = true;
    });
    over.catch(() => undefined);
    for (let tries = 0; !settled; tries++) {
      if (tries > 20_000) throw new Error('it is never answered');
      await this.time.run(0.5);
    }
    return over;
  }

  async start(): Promise<void> {
    const clock = this.#clock;
    const log = await this.wait(ShardLog.open({ backend: this.#backend(), clock, defer: (callback) => void clock.after(0, callback), dedupeWindowMs: DAY_MS }));
    const none = { lookUp: async () => new Map() };
    const control = { ...this.#control, profiles: { ...none, mayBeDeleted: () => false }, catalog: none, content: none, keys: { getOrCreate: async () => new Uint8Array(32).fill(7) } };
    this.#changes = new HookChanges({ control: this.#control, logs: [log], now: () => clock.now(), openEvents: async () => 0 });
    this.#relay = await this.wait(
      startRelay({ control, logs: [log], transports: this.#transports(), clock, random: () => 0.5, retry: { retryTimes: 2, retryPeriodMs: 1_000 }, stopHook: () => undefined, report: (message, error) => void console.error(message, error) }),
    );
    this.#log = log;
  }

  /** An orderly stop, and what it left is taken up again. */
  async restart(): Promise<void> {
    await this.wait(this.relay.stop(0));
    await this.start();
  }

  /** Reads take their time, and are counted. */
  #backend(): LogBackend {
    return new Proxy(this.#disk, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name !== 'readRows') return member.bind(target) as unknown;
        return (...args: unknown[]) => {
          this.pagesRead++;
          return new Promise((resolve) => this.#clock.after(READ_MS, () => resolve(Reflect.apply(member, target, args))));
        };
      },
    });
  }

  #transports(): TransportFactory {
    return {
      create: ({ hookId, request }) => ({
        type: request.type,
        send: (batch: OutgoingBatch) => {
          const answer = this.answers.get(hookId) ?? DELIVERED;
          const { outcome, answerMs } = typeof answer === 'function' ? answer(batch) : answer;
          this.arrivals.set(hookId, [...(this.arrivals.get(hookId) ?? []), { events: batch.messages.length, at: this.time.now }]);
          return new Promise((resolve) => void this.#clock.after(answerMs, () => resolve({ outcome, evidence: { request: { target: hookId } } })));
        },
        close: async () => undefined,
      }),
      close: async () => undefined,
    };
  }

  async makeHook(id: string, events: readonly string[]): Promise<void> {
    const selection: HookSelection = {
      databaseId: null, events, filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] }, customData: { fields: [], template: {} }, includeContent: false, includeEventId: true, subjects: {},
    };
    const request = { type: 'http', url: `https://${id}.example`, max_batch_size: 50, timeout_sec: 1, success_status: '2xx', request_timeout_sec: 15, headers: {}, auth: { type: 'none' } } as const;
    await this.wait((this.#changes as HookChanges).create({ id, accountId: ACCOUNT, name: id, active: true, selection, request }));
  }

  /** From the beginning of the log. */
  async activateFromStart(id: string): Promise<void> {
    await this.wait((this.#changes as HookChanges).activate(this.#tables.hooks.get(id) as Hook, START_MS));
  }

  async append(eventType: string, count: number, chars = 100): Promise<void> {
    for (let left = count; left > 0; left -= 1_000) {
      const events = Array.from({ length: Math.min(left, 1_000) }, () => this.#event(eventType, chars));
      await this.wait(this.log.append({ events }));
    }
  }

  #event(eventType: string, chars: number): EventDraft {
    const n = ++this.#made;
    return {
      accountId: ACCOUNT, databaseId: 7, eventType, resourceId: null, mailingId: null, templateId: null, segmentId: null, pixelId: null, profileId: null, eventTimeMs: START_MS,
      base: `{"event_type":"${eventType}","event_data":{"n":${n},"x":"${'x'.repeat(chars)}"}`, profile: null, customData: null, contentRef: null, callerId: null,
    };
  }

  delivered(id: string): number {
    return (this.arrivals.get(id) ?? []).reduce((sum, { events }) => sum + events, 0);
  }

  /** Virtual ms until this hook has received so many events. */
  async until(id: string, events: number): Promise<number> {
    const began = this.time.now;
    while (this.delivered(id) < events) {
      if (this.time.now - began > 3_600_000) throw new Error(`${id} has ${this.delivered(id)} of ${events} after an hour`);
      await this.time.run(5);
    }
    return this.time.now - began;
  }
}
