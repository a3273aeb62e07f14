import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

// What a hook's attempts came to over time.

const HOOK = { name: 'Orders', events: ['click'], request: { type: 'http', url: 'https://crm.example.com/in' } };

let rig: EdgeRig;
let id: string;
beforeAll(async () => {
  rig = await openEdgeRig();
  id = (await rig.call('POST', '/v1/hooks', { body: HOOK })).json.id;
  const attempt = { deliveryId: 'dlv_1', attempt: 1, outcome: 'delivered', events: 7, startedAt: rig.clock.now(), durationMs: 40 } as const;
  await rig.log.commit([{ op: 'attempts', hookId: id, rows: [attempt, { ...attempt, outcome: 'failed', code: 'timeout', events: 3, durationMs: 900 }] }]);
});
afterAll(() => rig.close());

it.each([['', 600, 144], ['?range=hour', 60, 60], ['?range=day', 600, 144], ['?range=week', 3600, 168], ['?range=month', 3600, 720]])('GET /v1/hooks/{hook_id}/series%s has buckets without a gap', async (query, stepSec, count) => {
  const { status, json } = await rig.call('GET', `/v1/hooks/${id}/series${query}`);
  expect([status, json.step_sec, json.buckets.length, json.buckets[0].at]).toEqual([200, stepSec, count, json.from]);
  const times: number[] = json.buckets.map(({ at }: { at: string }) => Date.parse(at));
  expect(new Set(times.slice(1).map((at, n) => at - (times[n] as number)))).toEqual(new Set([stepSec * 1000]));
  const filled = json.buckets.filter(({ attempts }: { attempts: number }) => attempts > 0);
  expect(filled.reduce((sum: number, { delivered }: { delivered: number }) => sum + delivered, 0)).toBe(7);
  expect(filled.reduce((sum: number, { failed_attempts: failed }: { failed_attempts: number }) => sum + failed, 0)).toBe(1);
  expect(json.buckets[0]).toEqual({ at: json.from, delivered: 0, dead: 0, attempts: 0, failed_attempts: 0, duration_ms: null });
});

it.each(['?range=year', '?range=', '?from=1', '?limit=5'])('%s is 422', async (query) => {
  expect((await rig.call('GET', `/v1/hooks/${id}/series${query}`)).status).toBe(422);
});

it('GET /v1/series has all hooks of the account, page by page, and of no other', async () => {
  const second = (await rig.call('POST', '/v1/hooks', { body: HOOK })).json.id;
  await rig.call('POST', '/v1/hooks', { token: rig.other, body: HOOK });
  const first = (await rig.call('GET', '/v1/series?limit=1')).json;
  expect(first.data).toEqual([{ hook_id: id, delivered: expect.any(Array), dead: Array(24).fill(0), failed_attempts: expect.any(Array) }]);
  expect([first.data[0].delivered, first.data[0].failed_attempts].map((counts: number[]) => [counts.length, counts.reduce((a, b) => a + b, 0)])).toEqual([[24, 7], [24, 1]]);
  expect((await rig.call('GET', `/v1/series?limit=1&cursor=${first.next_cursor}`)).json).toMatchObject({ data: [{ hook_id: second, delivered: Array(24).fill(0) }], next_cursor: null });
  expect((await rig.call('GET', '/v1/series', { token: await rig.token({ scopes: ['hooks:read'] }) })).status).toBe(403);
});
