import type { EventDraft } from '@hookline/core';
import { afterEach, beforeEach } from 'vitest';
import type { AppendRequest, AppendedEvent } from '../event-log.ts';
import type { LogBackend } from '../log-backend.ts';
import { ShardLog, type ShardLogOptions } from '../shard-log.ts';
import { realClock } from '../../testing/real-clock.ts';
import { type FaultyBackend, withFaults } from './faulty-backend.ts';
import { START_MS } from './sample-rows.ts';

/** What a driver passes to the suite: one place that holds one log. */
export interface LogHarness {
  /** On the same place every time. The one before is closed, or dropped as by a crash. */
  backend(): LogBackend;
  /** After the last backend is closed. */
  remove(): Promise<void>;
}

export const WINDOW_MS = 3_600_000;

/** A wall clock that stands still unless a case moves it; timers are the machine's. */
export class TestClock {
  nowMs = START_MS;
  now(): number {
    return this.nowMs;
  }
  monotonic(): number {
    return realClock.monotonic();
  }
  after(delayMs: number, callback: () => void): () => void {
    return realClock.after(delayMs, callback);
  }
}

/** One log of one case. */
export class LogBench {
  readonly clock = new TestClock();
  readonly #harness: LogHarness;
  #opened: { readonly log: ShardLog; readonly faulty: FaultyBackend } | null = null;
  constructor(harness: LogHarness) {
    this.#harness = harness;
  }

  get log(): ShardLog {
    if (!this.#opened) throw new Error('open the log first');
    return this.#opened.log;
  }
  get backend(): FaultyBackend {
    if (!this.#opened) throw new Error('open the log first');
    return this.#opened.faulty;
  }

  /** Closes what is open and opens it anew. */
  async open(dedupe: ShardLogOptions['dedupe'] = {}): Promise<ShardLog> {
    await this.close();
    const faulty = withFaults(this.#harness.backend());
    try {
      const log = await ShardLog.open({ backend: faulty.backend, clock: this.clock, defer: setImmediate, dedupeWindowMs: WINDOW_MS, dedupe });
      this.#opened = { log, faulty };
      return log;
    } catch (error: unknown) {
      await faulty.backend.close();
      throw error;
    }
  }

  /** The same twice: on the log as it is, and on what a start makes of it. */
  async nowAndAfterStart(body: (log: ShardLog) => Promise<void>, dedupe: ShardLogOptions['dedupe'] = {}): Promise<void> {
    await body(this.log);
    await body(await this.open(dedupe));
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    await opened?.log.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await this.#harness.remove();
  }
}

/** A fresh log before each case of the `describe` around it. */
export function useLog(makeHarness: () => Promise<LogHarness>): () => LogBench {
  let bench: LogBench;
  beforeEach(async () => {
    bench = new LogBench(await makeHarness());
    await bench.open();
  });
  afterEach(() => bench.remove());
  return () => bench;
}

/** The items of a request that is stored; anything else is an error of the case. */
export async function appendAll(log: ShardLog, events: readonly EventDraft[], idempotency?: AppendRequest['idempotency']): Promise<readonly AppendedEvent[]> {
  const result = await log.append({ events, ...(idempotency && { idempotency }) });
  if (result.kind !== 'stored') throw new Error(`the append was answered with ${result.kind}`);
  return result.items;
}
