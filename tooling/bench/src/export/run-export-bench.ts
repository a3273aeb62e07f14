// How fast history is exported, what a month out of a year costs, and what live deliveries notice of an export beside them. The last in windows of a few seconds, with the
// export suspended and resumed in turn, so that a machine that is busy with something else is as busy in both.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type ProductOptions, startProduct, threadUsage } from '@hookline/oracle';
import { createRunFolder, waitUntil } from '@hookline/services';
import type { RunCounts } from '../measure/run-result.ts';
import type { BenchReport } from '../run-bench.ts';
import { DAYS, eventsOfDays, fillLog, firstDayMs, HISTORY_TYPE } from './fill-log.ts';
import { LiveTraffic } from './live-traffic.ts';

const LIVE_TYPE = 'open';
const WINDOW_PAIRS = 6;
/** How long the export of everything is watched, alone. */
const RATE_MS = 20_000;
const MONTH_FROM_DAY = 300;
const MONTH_THROUGH_DAY = 329;
const DAY_MS = 86_400_000;
const DEADLINE_MS = 3_600_000;

export async function runExportBench(events: number, options: ProductOptions, say: (text: string) => void): Promise<BenchReport> {
  const folder = createRunFolder('export-bench');
  const dataDir = path.join(folder.path, 'data');
  say(`filling a log with ${events.toLocaleString('en')} events`);
  await fillLog(dataDir, events, say);
  const product = await startProduct({ ...options, env: { ...options.env, HOOKLINE_DATA_DIR: dataDir } });
  const call = async (method: string, target: string, body?: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(product.url + target, { method, headers: { authorization: `Bearer ${product.token}`, ...(body !== undefined && { 'content-type': 'application/json' }) }, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  const live = new LiveTraffic((id) => call('POST', '/v1/events', { event_type: LIVE_TYPE, event_id: id, event_date: new Date().toISOString(), list_id: 12, profile_id: id, event_data: { campaign_id: 7, message_id: 8 } }));
  let exported = 0;
  const sink = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.end();
      const body = Buffer.concat(chunks);
      if (request.url === '/history') exported += body.toString('latin1').split('"event_id":').length - 1;
      else for (const { event_id: id } of JSON.parse(body.toString()) as { event_id: string }[]) live.arrived(id);
    });
  });
  try {
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
    const sinkUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
    const makeHook = async (name: string, type: string, size: number): Promise<string> => String((await call('POST', '/v1/hooks', { name, database_id: null, events: [type], request: { type: 'http', url: `${sinkUrl}/${name}`, timeout_sec: 1, max_batch_size: size } }))['id']);
    await makeHook('live', LIVE_TYPE, 1);
    const history = await makeHook('history', HISTORY_TYPE, 100);
    const begin = async (from: string, to: string): Promise<string> => String((await call('POST', `/v1/hooks/${history}/exports`, { from, to }))['id']);
    const status = async (id: string): Promise<unknown> => (await call('GET', `/v1/exports/${id}`))['status'];
    const day = (n: number): string => new Date(firstDayMs(Date.now()) + n * DAY_MS).toISOString().slice(0, 10);

    say('live deliveries, and an export beside them');
    await live.window('warm');
    let beside = await begin(day(0), day(DAYS - 1));
    await live.window('warm');
    let besideEvents = 0;
    let besideMs = 0;
    for (let pair = 0; pair < WINDOW_PAIRS; pair++) {
      if ((await status(beside)) === 'completed') beside = await begin(day(0), day(DAYS - 1));
      else if (pair > 0) await call('POST', `/v1/exports/${beside}/resume`);
      const [before, at] = [exported, performance.now()];
      await live.window('beside');
      besideEvents += exported - before;
      besideMs += performance.now() - at;
      if ((await status(beside)) === 'in_progress') await call('POST', `/v1/exports/${beside}/suspend`);
      await live.window('alone');
    }
    if ((await status(beside)) !== 'completed') await call('POST', `/v1/exports/${beside}/abort`);

    say('everything');
    const everything = await begin(day(0), day(DAYS - 1));
    await waitUntil('its first events', async () => Number(((await call('GET', `/v1/exports/${everything}`))['progress'] as { delivered: number }).delivered) > 0, { deadlineMs: DEADLINE_MS });
    const [threadsBefore, before, at] = [threadUsage(product.pid), exported, performance.now()];
    await waitUntil('its end, or long enough', async () => performance.now() - at > RATE_MS || (await status(everything)) === 'completed', { deadlineMs: DEADLINE_MS });
    const wholeEvents = exported - before;
    const wholeRate = (wholeEvents / (performance.now() - at)) * 1_000;
    const threads = Object.fromEntries([...threadUsage(product.pid)].map(([name, ms]) => [name, (ms - (threadsBefore.get(name) ?? 0)) / (wholeEvents / 1_000)] as const).filter(([, ms]) => ms > 0));
    if ((await status(everything)) !== 'completed') await call('POST', `/v1/exports/${everything}/abort`);
    await waitUntil('what was on its way', async () => Number(((await call('GET', `/v1/exports/${everything}`))['progress'] as { in_flight: number }).in_flight) === 0, { deadlineMs: DEADLINE_MS });

    say('a month out of the year');
    const expected = eventsOfDays(events, MONTH_FROM_DAY, MONTH_THROUGH_DAY);
    exported = 0;
    const monthAt = performance.now();
    const month = await begin(day(MONTH_FROM_DAY), day(MONTH_THROUGH_DAY));
    await waitUntil('the first event of the month', () => exported > 0, { deadlineMs: DEADLINE_MS });
    const firstMs = performance.now() - monthAt;
    await waitUntil('the end of the month', async () => (await status(month)) === 'completed', { deadlineMs: DEADLINE_MS });
    const monthRate = (exported / (performance.now() - monthAt)) * 1_000;
    const counts: RunCounts = { events: expected, lost: Math.max(0, expected - exported), duplicated: Math.max(0, exported - expected) };
    const [aloneP99, besideP99] = [live.percentile('alone', 0.99), live.percentile('beside', 0.99)];
    return {
      figures: [
        { what: `export out of ${events.toLocaleString('en')} events`, unit: 'events/s', value: wholeRate },
        { what: `a month of them (${expected.toLocaleString('en')})`, unit: 'events/s', value: monthRate },
        { what: 'to the first event of the month', unit: 'ms', value: firstMs },
        { what: 'beside live deliveries', unit: 'events/s', value: (besideEvents / besideMs) * 1_000 },
        { what: 'live alone, p50', unit: 'ms', value: live.percentile('alone', 0.5) },
        { what: 'live with an export beside it, p50', unit: 'ms', value: live.percentile('beside', 0.5) },
        { what: 'live alone, p90', unit: 'ms', value: live.percentile('alone', 0.9) },
        { what: 'live with an export beside it, p90', unit: 'ms', value: live.percentile('beside', 0.9) },
        { what: 'live alone, p99', unit: 'ms', value: aloneP99 },
        { what: 'live with an export beside it, p99', unit: 'ms', value: besideP99 },
        { what: 'p99 beside an export to p99 alone', unit: '×', value: besideP99 / aloneP99, goal: { max: 1.1 } },
      ],
      counts: { 'a month': counts },
      threads: { export: threads },
    };
  } finally {
    await product.stop();
    sink.closeAllConnections();
    sink.close();
    folder.remove();
  }
}
