import type { ProductOptions } from '@hookline/oracle';
import type { BenchSizes } from './bench-sizes.ts';
import { measureBaseline } from './measure/measure-baseline.ts';
import { measureBroker, measureHttp } from './measure/measure-delivery.ts';
import type { DeliveryRun } from './measure/measure-delivery.ts';
import { measureBacklog, measureIdle } from './measure/measure-footprint.ts';
import { measureLatency } from './measure/measure-latency.ts';
import type { RunCounts, RunResult } from './measure/run-result.ts';
import type { Figure } from './report/figure.ts';

export interface BenchBrokers {
  readonly rabbitmq?: string;
  readonly kafka?: string;
}

export interface BenchReport {
  readonly figures: readonly Figure[];
  readonly counts: Readonly<Record<string, RunCounts>>;
  /** CPU ms for 1,000 events by thread, of the runs in batches and one by one. */
  readonly threads: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const BATCH = 100;
const MB = 1_000_000;
const BATCH_CONNECTIONS = 8;
const SINGLE_CONNECTIONS = 64;

/** Every measurement, one after the other; `say` tells what is under way. Goals are those of the issue that asked for the figures. */
export async function runBench(sizes: BenchSizes, product: ProductOptions, brokers: BenchBrokers, say: (what: string) => void): Promise<BenchReport> {
  const batches = (events: number): DeliveryRun => ({ product, events, eventsPerRequest: BATCH, connections: BATCH_CONNECTIONS });
  const singles = (events: number): DeliveryRun => ({ product, events, eventsPerRequest: 1, connections: SINGLE_CONNECTIONS });
  const runs: Record<string, RunResult> = {};
  const run = async (name: string, measuring: () => Promise<RunResult>): Promise<RunResult> => {
    say(name);
    return (runs[name] = await measuring());
  };
  const http = await run('HTTP, batches of 100', () => measureHttp(batches(sizes.batchEvents), BATCH));
  const baseHttp = await run('baseline, batches of 100', () => measureBaseline(batches(sizes.baselineBatchEvents), BATCH));
  const single = await run('HTTP, one by one', () => measureHttp(singles(sizes.singleEvents), 1));
  const baseSingle = await run('baseline, one by one', () => measureBaseline(singles(sizes.baselineSingleEvents), 1));
  const rabbitmq = brokers.rabbitmq === undefined ? null : await run('RabbitMQ', () => measureBroker(batches(sizes.brokerEvents), { rabbitmq: brokers.rabbitmq }));
  const kafka = brokers.kafka === undefined ? null : await run('Kafka', () => measureBroker(batches(sizes.brokerEvents), { kafka: brokers.kafka }));
  say('latency');
  const latency = await measureLatency(product, sizes.latencyEvents);
  say('memory with a backlog');
  const backlog = await measureBacklog(product, sizes.backlogEvents);
  say('idle');
  const idle = await measureIdle(product, sizes.idleSec);

  const broker = (name: string, result: RunResult | null): Figure[] =>
    result ? [{ what: `to ${name}`, unit: 'events/s', value: result.eventsPerSec }, { what: `to ${name}, CPU for 1,000 events`, unit: 'ms', value: result.cpuMsPerThousand }] : [];
  return {
    figures: [
      { what: 'HTTP, batches of 100', unit: 'events/s', value: http.eventsPerSec, baseline: baseHttp.eventsPerSec, goal: { ratioMin: 5 } },
      { what: 'HTTP, batches of 100, CPU for 1,000 events', unit: 'ms', value: http.cpuMsPerThousand, baseline: baseHttp.cpuMsPerThousand, goal: { max: 40 } },
      { what: 'HTTP, one by one', unit: 'events/s', value: single.eventsPerSec, baseline: baseSingle.eventsPerSec },
      { what: 'HTTP, one by one, CPU for 1,000 events', unit: 'ms', value: single.cpuMsPerThousand, baseline: baseSingle.cpuMsPerThousand, goal: { max: 200 } },
      ...broker('RabbitMQ', rabbitmq),
      ...broker('Kafka', kafka),
      { what: 'request to arrival at 100 events/s, p50', unit: 'ms', value: latency.p50Ms },
      { what: 'request to arrival at 100 events/s, p99', unit: 'ms', value: latency.p99Ms, goal: { max: 15 } },
      { what: `memory, most, with ${backlog.backlogEvents.toLocaleString('en')} events waiting`, unit: 'MB', value: backlog.rssBytesMax / MB, goal: { max: 200 } },
      { what: 'memory once they stand', unit: 'MB', value: backlog.rssBytesAfter / MB },
      { what: 'CPU with nothing to do', unit: '% of a core', value: idle * 100, goal: { max: 1 } },
    ],
    counts: { ...Object.fromEntries(Object.entries(runs).map(([name, { counts }]) => [name, counts])), 'at 100 events/s': latency.counts },
    threads: { 'HTTP, batches of 100': http.threads, 'HTTP, one by one': single.threads },
  };
}
