import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '@hookline/transports';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { type Hookline, openHookline } from '../src/open-hookline.ts';

const ADMIN = 'hl_test_exports';
const DAY_MS = 86_400_000;
const day = (ago: number): string => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);

let hookline: Hookline;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-exports-'));
  const config = loadConfig({ HOOKLINE_DATA_DIR: dataDir, PORT: '0', HOOKLINE_ADMIN_TOKEN: ADMIN, HOOKLINE_ALLOW_DESTINATIONS: '127.0.0.0/8' });
  hookline = await openHookline({ config, version: 'test', clock: systemClock, logger: { log: () => {}, linesDropped: () => 0, flush: async () => {} }, demo: false });
});
afterAll(async () => {
  await hookline.stop(9_000);
  rmSync(dataDir, { recursive: true, force: true });
});

async function call(method: string, at: string, body?: unknown): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(`${hookline.server.url}${at}`, { method, headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

it('C23: a hook that is deleted while its export runs takes it along, and that is written down', async () => {
  // Nobody listens there: the export cannot end by itself.
  const hook = await call('POST', '/v1/hooks', { name: 'x', events: ['click'], request: { type: 'http', url: 'http://127.0.0.1:9/', max_batch_size: 1 } });
  const { id } = hook.json;
  await call('POST', '/v1/events', Array.from({ length: 20 }, () => ({ event_type: 'click', event_date: `${day(2)}T12:00:00Z`, event_data: {} })));
  const made = await call('POST', `/v1/hooks/${id}/exports`, { from: day(3), to: day(1) });
  expect(made).toMatchObject({ status: 201, json: { status: 'in_progress' } });
  expect((await call('DELETE', `/v1/hooks/${id}`)).status).toBe(204);
  expect(await call('GET', `/v1/exports/${made.json['id']}`)).toMatchObject({ status: 200, json: { status: 'aborted' } });
  expect((await call('GET', `/v1/audit?object_id=${id}`)).json['data']).toMatchObject([{ action: 'hook.delete', after: null }, { action: 'hook.create' }]);
  expect((await call('GET', `/v1/audit?object_id=${made.json['id']}`)).json['data']).toMatchObject([{ action: 'export.create' }]);
});
