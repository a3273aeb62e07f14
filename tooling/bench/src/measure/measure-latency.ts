import { openStage, percentile } from '@hookline/oracle';
import type { ProductOptions } from '@hookline/oracle';
import { TYPES, benchHook } from './bench-hooks.ts';
import type { RunCounts } from './run-result.ts';

const SEED = 12;
const EVENTS_PER_SEC = 100;
const WARM_EVENTS = 300;

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly counts: RunCounts;
}

/** Single events at 100 a second, delivered one by one: from the request to its arrival at the destination. */
export async function measureLatency(product: ProductOptions, events: number): Promise<Latency> {
  const stage = await openStage({ seed: SEED, product, events: { types: TYPES }, hooks: (at) => [benchHook('one', at.http('one', { max_batch_size: 1 }), TYPES)] });
  try {
    await stage.send({ count: WARM_EVENTS + events, perSecond: EVENTS_PER_SEC, forms: ['single'], connections: 16 });
    await stage.settle();
    const latencies = stage.ledger.book('one').latenciesMs.slice(WARM_EVENTS);
    const { acked, lost, duplicates, corrupt, misrouted } = stage.ledger.counts(await stage.deadLetters());
    return { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99), counts: { events: acked, lost, duplicated: duplicates, corrupted: corrupt, misrouted } };
  } finally {
    await stage.close();
  }
}
