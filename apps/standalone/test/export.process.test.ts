import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EVENTS_PER_KILL, IN_FLIGHT, judgeDeliveries, killExport } from './export-kills/kill-export.ts';
import { clicks, type Delivery, type Destination, type Product, startDestination, startProduct, until } from './run-product.ts';

const KILLS = 10;

let dataDir: string;
let destination: Destination;
let product: Product;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-export-'));
  destination = await startDestination();
  product = await startProduct(dataDir);
});
afterEach(async () => {
  await product.kill();
  await destination.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function send(prefix: string, count: number): Promise<void> {
  for (let i = 0; i < count; i += 500) expect((await product.call('POST', '/v1/events', clicks(`${prefix}${i}-`, Math.min(500, count - i), '2026-01-10'))).status).toBe(202);
}
async function makeHook(): Promise<string> {
  const made = await product.call('POST', '/v1/hooks', { name: 'h', database_id: null, events: ['click'], request: { type: 'http', url: destination.url, timeout_sec: 1, max_batch_size: 20 } });
  expect(made.status).toBe(201);
  return made.json.id;
}
const status = async (id: string): Promise<string> => (await product.call('GET', `/v1/exports/${id}`)).json.status;
const eventsOf = (deliveries: readonly Delivery[]): string[] => deliveries.flatMap(({ eventIds }) => eventIds);

it(`kill -9 during an export, ${KILLS} times: every event, and only what was in flight again, as it was`, async () => {
  const { exportId, progress, deliveries } = await killExport({ dataDir, destination, kills: KILLS, product, started: (next) => (product = next) });
  const seen = judgeDeliveries(deliveries, exportId);
  expect(seen).toMatchObject({ events: EVENTS_PER_KILL * KILLS, inTwoDeliveries: 0, changedBodies: 0, oldAttempts: 0, notOfTheExport: 0 });
  expect(seen.repeated).toBeLessThanOrEqual(IN_FLIGHT * KILLS);
  const events = EVENTS_PER_KILL * KILLS;
  expect(progress).toMatchObject({ percent: 100, scanned: events, matched: events, delivered: events, dead: 0, expired: 0, waiting: 0, in_flight: 0 });
}, 600_000);

it('up to now, while events come in: each once, by the export or by live', async () => {
  await send('old-', 1_000);
  const hookId = await makeHook();
  await send('live-', 300);
  const made = await product.call('POST', `/v1/hooks/${hookId}/exports`, { from: '2026-01-01', to: 'now' });
  await send('new-', 500);
  await until(async () => (await status(made.json.id)) === 'completed', 'the end of the export');
  await until(() => new Set(eventsOf(destination.deliveries)).size === 1_800, 'all events');
  const exported = eventsOf(destination.deliveries.filter(({ exportId }) => exportId !== null));
  expect(new Set(exported).size).toBe(exported.length);
  const live = eventsOf(destination.deliveries.filter(({ exportId }) => exportId === null));
  expect(new Set(live).size).toBe(live.length);
  expect(exported.filter((id) => id.startsWith('old-'))).toHaveLength(1_000);
  expect(live.filter((id) => id.startsWith('new-'))).toHaveLength(500);
  expect(exported.filter((id) => id.startsWith('new-'))).toEqual([]);
});
