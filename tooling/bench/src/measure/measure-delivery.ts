// Accept → durable → match → deliver, as fast as it goes: from the first request to the last arrival.
import { openStage, threadUsage } from '@hookline/oracle';
import type { HookConfig, ProductOptions, Stage, StageOptions } from '@hookline/oracle';
import { waitUntil } from '@hookline/services';
import { prepareRequests } from '../load/prepared-request.ts';
import { sendPrepared } from '../load/send-prepared.ts';
import { arrivalRate } from './arrival-rate.ts';
import { TYPES, benchHook, benchHookNames } from './bench-hooks.ts';
import type { RunResult } from './run-result.ts';

export interface DeliveryRun {
  readonly product: ProductOptions;
  readonly events: number;
  readonly eventsPerRequest: number;
  readonly connections: number;
}

const SEED = 11;
/** Before the clock starts: the share of the events that let the runtime compile what is hot. */
const WARM_SHARE = 0.1;
const ARRIVAL_DEADLINE_MS = 600_000;

type RequestOf = (at: Parameters<StageOptions['hooks']>[0], name: string) => HookConfig['request'];

/** Ten hooks over HTTP, each event for one of them. */
export async function measureHttp(run: DeliveryRun, batchSize: number): Promise<RunResult> {
  const request: RequestOf = (at, name) => at.http(name, { max_batch_size: batchSize });
  return measure(run, { hooks: (at) => benchHookNames.map((name) => benchHook(name, request(at, name))) }, {
    hasArrived: async (stage, events) => (stage.kept?.events ?? 0) >= events,
    rate: (stage, since) => (stage.kept ? arrivalRate(stage.kept, since, run.events, benchHookNames.length * (batchSize - 1)) : 0),
  });
}

/** One hook that takes every event, to a broker: it has arrived when the broker has confirmed it and the product has noted that. */
export async function measureBroker(run: DeliveryRun, brokers: Pick<StageOptions, 'rabbitmq' | 'kafka'>): Promise<RunResult> {
  const request: RequestOf = (at, name) => (brokers.kafka === undefined ? at.rabbitmqQueue(name) : at.kafka(name));
  return measure(run, { ...brokers, hooks: (at) => [benchHook('broker', request(at, 'broker'), TYPES)] }, {
    hasArrived: async (stage, events) => (await stage.lane('broker')).counters.delivered >= events,
    rate: (_, since) => (run.events / (performance.now() - since.atMs)) * 1000,
  });
}

interface Finish {
  hasArrived(stage: Stage, events: number): Promise<boolean>;
  rate(stage: Stage, since: { readonly atMs: number; readonly before: number }): number;
}

async function measure(run: DeliveryRun, options: Pick<StageOptions, 'hooks' | 'rabbitmq' | 'kafka'>, finish: Finish): Promise<RunResult> {
  const stage = await openStage({ ...options, seed: SEED, product: run.product, events: { types: TYPES }, judgeLater: true });
  const { product, ledger } = stage;
  const take = () => {
    const event = ledger.take();
    ledger.sending(event);
    return event;
  };
  const arrived = (events: number): Promise<void> => waitUntil(`${events} events to arrive`, () => finish.hasArrived(stage, events), { deadlineMs: ARRIVAL_DEADLINE_MS });
  try {
    const before = Math.ceil((run.events * WARM_SHARE) / run.eventsPerRequest) * run.eventsPerRequest;
    await sendPrepared(product.url, prepareRequests(before, run.eventsPerRequest, product, take), run.connections);
    await arrived(before);
    const requests = prepareRequests(run.events, run.eventsPerRequest, product, take);
    const cpuBefore = product.usage().cpuMs;
    const threadsBefore = threadUsage(product.pid);
    const since = { atMs: performance.now(), before };
    await sendPrepared(product.url, requests, run.connections);
    await arrived(before + run.events);
    const eventsPerSec = finish.rate(stage, since);
    const thousands = run.events / 1000;
    const cpuMsPerThousand = (product.usage().cpuMs - cpuBefore) / thousands;
    const threads = Object.fromEntries([...threadUsage(product.pid)].map(([name, ms]) => [name, (ms - (threadsBefore.get(name) ?? 0)) / thousands]).filter(([, ms]) => Number(ms) > 0));
    return { eventsPerSec, cpuMsPerThousand, threads, counts: await judge(stage) };
  } finally {
    await stage.close();
  }
}

async function judge(stage: Stage): Promise<RunResult['counts']> {
  const { ledger } = stage;
  for (let number = 0; number < ledger.takenCount; number++) ledger.acked(ledger.event(number));
  await stage.judge();
  await stage.settle();
  const { acked, lost, duplicates, corrupt, misrouted } = ledger.counts(await stage.deadLetters());
  return { events: acked, lost, duplicated: duplicates, corrupted: corrupt, misrouted };
}
