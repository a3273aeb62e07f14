import path from 'node:path';
import { KeptRequests, eventNumberIn, makeEvent, processUsage, startHttpSink } from '@hookline/oracle';
import { createRunFolder, spawnBound, waitUntil } from '@hookline/services';
import { readFileSync } from 'node:fs';
import { pinnedPrefix } from '../cores.ts';
import { prepareRequests } from '../load/prepared-request.ts';
import { sendPrepared } from '../load/send-prepared.ts';
import { arrivalRate } from './arrival-rate.ts';
import { TYPES, benchHookNames, typesOf } from './bench-hooks.ts';
import type { DeliveryRun } from './measure-delivery.ts';
import type { RunResult } from './run-result.ts';

const SEED = 11;
const WARM_SHARE = 0.1;
const START_DEADLINE_MS = 30_000;
const ARRIVAL_DEADLINE_MS = 600_000;

/** The same events, the same ten hooks, the same destination, the naive way. Its messages are its own: only lost and duplicated are counted. */
export async function measureBaseline(run: Omit<DeliveryRun, 'product'>, batchSize: number): Promise<RunResult> {
  const kept = new KeptRequests();
  const http = await startHttpSink((request, taken) => kept.add(request, taken));
  const folder = createRunFolder('baseline');
  const log = path.join(folder.path, 'output.log');
  const child = spawnBound([...pinnedPrefix(), process.execPath, '--conditions=source', path.join(import.meta.dirname, '../baseline/main.ts')], {
    folder, log,
    env: { ...process.env, BASELINE_DATA_DIR: folder.path, BASELINE_BATCH_SIZE: String(batchSize), BASELINE_HOOKS: JSON.stringify(benchHookNames.map((name) => ({ url: http.url(name), events: typesOf(name) }))) },
  });
  let url = '';
  let taken = 0;
  const take = () => makeEvent(SEED, taken++, { types: TYPES });
  const arrived = (events: number): Promise<void> => waitUntil(`${events} events to arrive`, () => kept.events >= events, { deadlineMs: ARRIVAL_DEADLINE_MS, givenUp: () => child.exitReason() });
  try {
    const isUp = (): boolean => (url = /listening on (\S+)/.exec(readFileSync(log, 'utf8'))?.[1] ?? '') !== '';
    await waitUntil('the baseline', isUp, { deadlineMs: START_DEADLINE_MS, givenUp: () => child.exitReason() });
    const before = Math.ceil((run.events * WARM_SHARE) / run.eventsPerRequest) * run.eventsPerRequest;
    await sendPrepared(url, prepareRequests(before, run.eventsPerRequest, { url }, take), run.connections);
    await arrived(before);
    const requests = prepareRequests(run.events, run.eventsPerRequest, { url }, take);
    const cpuBefore = processUsage(child.pid).cpuMs;
    const since = { atMs: performance.now(), before };
    await sendPrepared(url, requests, run.connections);
    await arrived(before + run.events);
    const cpuMsPerThousand = (processUsage(child.pid).cpuMs - cpuBefore) / (run.events / 1000);
    const eventsPerSec = arrivalRate(kept, since, run.events, benchHookNames.length * (batchSize - 1));
    return { eventsPerSec, cpuMsPerThousand, threads: {}, counts: countArrivals(kept, taken) };
  } finally {
    await child.end('SIGKILL');
    folder.remove();
    await http.close();
  }
}

function countArrivals(kept: KeptRequests, sent: number): RunResult['counts'] {
  const copies = new Map<number, number>();
  for (const { request } of kept.take()) {
    for (const piece of request.body.toString().split('"oracle_n"').slice(1)) {
      const number = eventNumberIn(`"oracle_n"${piece}`) ?? -1;
      copies.set(number, (copies.get(number) ?? 0) + 1);
    }
  }
  const arrivals = [...copies.values()].reduce((sum, count) => sum + count, 0);
  return { events: sent, lost: sent - copies.size, duplicated: arrivals - copies.size };
}
