import { setTimeout as pause } from 'node:timers/promises';
import { openStage } from '@hookline/oracle';
import type { ProductOptions } from '@hookline/oracle';
import { prepareRequests } from '../load/prepared-request.ts';
import { sendPrepared } from '../load/send-prepared.ts';
import { TYPES, benchHook, benchHookNames } from './bench-hooks.ts';

const SEED = 13;
/** Nobody listens there. */
const DEAD_URL = 'http://127.0.0.1:9/';
const SAMPLE_MS = 200;
/** Prepared and sent at a time: the generator's own memory has a limit too. */
const SLICE_EVENTS = 20_000;
const CONNECTIONS = 8;
const REST_MS = 3_000;

export interface Backlog {
  /** The highest seen while the backlog grew, and what it is once it stands. */
  readonly rssBytesMax: number;
  readonly rssBytesAfter: number;
  readonly backlogEvents: number;
}

/** So many events for a destination that is down. */
export async function measureBacklog(product: ProductOptions, events: number): Promise<Backlog> {
  const stage = await openStage({ seed: SEED, product, events: { types: TYPES }, hooks: () => [benchHook('down', { type: 'http', url: DEAD_URL, timeout_sec: 1 }, TYPES)] });
  const { ledger } = stage;
  let rssBytesMax = 0;
  const sampling = setInterval(() => (rssBytesMax = Math.max(rssBytesMax, stage.product.usage().rssBytes)), SAMPLE_MS);
  try {
    for (let sent = 0; sent < events; sent += SLICE_EVENTS) {
      const requests = prepareRequests(Math.min(SLICE_EVENTS, events - sent), 100, stage.product, () => ledger.take());
      await sendPrepared(stage.product.url, requests, CONNECTIONS);
    }
    const { backlog_events: backlog, counters } = await stage.lane('down');
    return { rssBytesMax, rssBytesAfter: stage.product.usage().rssBytes, backlogEvents: backlog + counters.waiting + counters.in_flight };
  } finally {
    clearInterval(sampling);
    await stage.close();
  }
}

/** The share of a core that a product with ten hooks and nothing to do takes. */
export async function measureIdle(product: ProductOptions, seconds: number): Promise<number> {
  const stage = await openStage({ seed: SEED, product, hooks: (at) => benchHookNames.map((name) => benchHook(name, at.http(name))) });
  try {
    await stage.send({ count: 500 });
    await stage.settle();
    // What was just done is cleaned up after.
    await pause(REST_MS);
    const before = stage.product.usage().cpuMs;
    const began = performance.now();
    await pause(seconds * 1000);
    return (stage.product.usage().cpuMs - before) / (performance.now() - began);
  } finally {
    await stage.close();
  }
}
