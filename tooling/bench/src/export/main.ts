// How fast history is exported, and what live deliveries notice of it: `node … tooling/bench/src/export/main.ts [--events 300000] [--seconds 20]`. Live events come at a
// hundred a second, one a request and one a delivery, without an export beside them and then with one that uses all that is left.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { percentile, startProduct } from '@hookline/oracle';
import { waitUntil } from '@hookline/services';
import { productOptions } from '../product-options.ts';

const { values } = parseArgs({ options: { events: { type: 'string', default: '300000' }, seconds: { type: 'string', default: '20' } } });
const EVENTS = Number(values.events);
const SECONDS = Number(values.seconds);
const PER_REQUEST = 1_000;
const REQUESTS_AT_ONCE = 4;
const LIVE_PER_SEC = 100;
const DAY_MS = 86_400_000;
const DEADLINE_MS = 3_600_000;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const arrivedAt = new Map<string, number>();
let exported = 0;
const sink = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.end();
    const body = Buffer.concat(chunks);
    if (request.url === '/history') exported += body.toString('latin1').split('"event_id":').length - 1;
    else for (const { event_id: id } of JSON.parse(body.toString()) as { event_id: string }[]) arrivedAt.set(id, performance.now());
  });
});
await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
const sinkUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;

const product = await startProduct(productOptions(true));
async function call(method: string, target: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(product.url + target, { method, headers: { authorization: `Bearer ${product.token}`, ...(body !== undefined && { 'content-type': 'application/json' }) }, ...(body !== undefined && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${target}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
const event = (id: string, type: string, atMs: number): object => ({
  event_type: type, event_id: id, event_date: new Date(atMs).toISOString(), list_id: 12, profile_id: `p-${id}`, event_data: { campaign_id: 7, message_id: 8, send_message_id: `s-${id}`, link: 'https://example.com/offer?utm_source=mail', user_agent: 'Mozilla/5.0' },
});

/** A year of clicks, day by day. */
async function fill(): Promise<void> {
  const from = Date.now() - 365 * DAY_MS;
  for (let n = 0; n < EVENTS; ) {
    const requests: Promise<unknown>[] = [];
    for (let i = 0; i < REQUESTS_AT_ONCE && n < EVENTS; i++) {
      requests.push(call('POST', '/v1/events', Array.from({ length: Math.min(PER_REQUEST, EVENTS - n) }, () => event(`h${n}`, 'click', from + (n++ / EVENTS) * 364 * DAY_MS))));
    }
    await Promise.all(requests);
  }
}

async function liveLatency(prefix: string): Promise<{ readonly p50: number; readonly p99: number }> {
  const count = SECONDS * LIVE_PER_SEC;
  const sentAt = new Map<string, number>();
  const began = performance.now();
  const sends: Promise<unknown>[] = [];
  for (let n = 0; n < count; n++) {
    const wait = began + (n * 1_000) / LIVE_PER_SEC - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const id = `${prefix}${n}`;
    sentAt.set(id, performance.now());
    sends.push(call('POST', '/v1/events', event(id, 'open', Date.now())));
  }
  await Promise.all(sends);
  await waitUntil('the last live event', () => [...sentAt.keys()].every((id) => arrivedAt.has(id)), { deadlineMs: DEADLINE_MS });
  const latencies = [...sentAt].map(([id, at]) => (arrivedAt.get(id) as number) - at);
  return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}

try {
  say(`filling the log with ${EVENTS} events`);
  await fill();
  const hook = (name: string, type: string, more: object): Promise<Record<string, unknown>> => call('POST', '/v1/hooks', { name, database_id: null, events: [type], request: { type: 'http', url: `${sinkUrl}/${name}`, timeout_sec: 1, ...more } });
  await hook('live', 'open', { max_batch_size: 1 });
  const history = await hook('history', 'click', { max_batch_size: 100 });
  await liveLatency('warm-');
  const alone = await liveLatency('alone-');
  const made = await call('POST', `/v1/hooks/${String(history['id'])}/exports`, { from: '1970-01-01', to: 'now' });
  const began = performance.now();
  const beside = await liveLatency('beside-');
  const duringSec = (performance.now() - began) / 1_000;
  const during = exported;
  let last = made;
  await waitUntil('the end of the export', async () => (last = await call('GET', `/v1/exports/${String(made['id'])}`))['status'] !== 'in_progress', { deadlineMs: DEADLINE_MS });
  const wholeSec = (Date.parse(String(last['finished_at'])) - Date.parse(String(last['created_at']))) / 1_000;
  const month = await call('POST', `/v1/hooks/${String(history['id'])}/exports`, { from: new Date(Date.now() - 180 * DAY_MS).toISOString().slice(0, 10), to: new Date(Date.now() - 151 * DAY_MS).toISOString().slice(0, 10) });
  await waitUntil('the end of a month', async () => (last = await call('GET', `/v1/exports/${String(month['id'])}`))['status'] !== 'in_progress', { deadlineMs: DEADLINE_MS });
  const monthSec = (Date.parse(String(last['finished_at'])) - Date.parse(String(last['created_at']))) / 1_000;
  const figures = {
    events: EVENTS, live_p50_ms: alone.p50, live_p99_ms: alone.p99, beside_export_p50_ms: beside.p50, beside_export_p99_ms: beside.p99, p99_ratio: beside.p99 / alone.p99,
    export_beside_live_per_sec: during / Math.min(duringSec, wholeSec), export_per_sec: EVENTS / wholeSec, month_of_year_sec: monthSec, year_sec: wholeSec, status: last['status'],
  };
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  if (exported < EVENTS || last['status'] !== 'completed') process.exitCode = 1;
} finally {
  await product.stop();
  sink.closeAllConnections();
  sink.close();
}
process.exit();
