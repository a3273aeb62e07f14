import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '@hookline/transports';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { type Hookline, openHookline } from '../src/open-hookline.ts';

// The whole product in this process, against a receiver that answers as it is told: what a destination can say, from the API to the lane and back.

const ADMIN = 'hl_test_destinations';
const SECRETS = ['a', 'b'].map((letter) => `whsec_${Buffer.alloc(32, letter).toString('base64')}`) as [string, string];

interface Received {
  readonly at: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** How many events. */
  readonly count: number;
}
interface Told {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

let hookline: Hookline;
let receiver: Server;
let dataDir: string;
let base: string;
/** By path: what came, and what is answered. */
const received = new Map<string, Received[]>();
const tell = new Map<string, (request: Received, before: readonly Received[]) => Told>();

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      const at = request.url ?? '';
      const body = Buffer.concat(parts).toString();
      const came: Received = { at: Date.now(), headers: request.headers, body, count: body.startsWith('[') ? (JSON.parse(body) as unknown[]).length : 0 };
      const before = received.get(at) ?? [];
      const { status, headers = {}, body: answer = '' } = tell.get(at)?.(came, before) ?? { status: 200 };
      received.set(at, [...before, came]);
      response.writeHead(status, headers).end(answer);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => receiver.once('listening', resolve));
  base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-destinations-'));
  const config = loadConfig({ HOOKLINE_DATA_DIR: dataDir, PORT: '0', HOOKLINE_ADMIN_TOKEN: ADMIN, HOOKLINE_ALLOW_DESTINATIONS: '127.0.0.0/8', HOOK_RETRY_PERIOD_SEC: '1', HOOK_RETRY_TIMES: '3' });
  hookline = await openHookline({ config, version: 'test', clock: systemClock, logger: { log: () => {}, linesDropped: () => 0, flush: async () => {} }, demo: false });
});
afterAll(async () => {
  await hookline.stop(9_000);
  receiver.close();
  receiver.closeAllConnections();
  rmSync(dataDir, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
async function call(method: string, at: string, body?: unknown): Promise<any> {
  const response = await fetch(`${hookline.server.url}${at}`, { method, headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (response.status >= 300) throw new TypeError(`${method} ${at}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

let next = 1;
/** A hook of its own for events of a type of its own. */
async function hookFor(at: string, request: Record<string, unknown> = {}): Promise<{ id: string; send(count: number): Promise<void> }> {
  const eventType = `test_${next++}`;
  await call('PUT', `/v1/event-types/${eventType}`, {});
  const { id } = await call('POST', '/v1/hooks', { name: at, events: [eventType], request: { type: 'http', url: `${base}${at}`, max_batch_size: 10, timeout_sec: 1, ...request } });
  return { id, send: (count) => call('POST', '/v1/events', Array.from({ length: count }, () => ({ event_type: eventType, event_date: '2026-02-03T04:05:06Z', event_data: {} }))) };
}
const requests = (at: string): readonly Received[] => received.get(at) ?? [];
const counters = async (id: string) => (await call('GET', `/v1/hooks/${id}/lane`)).counters;
const delivered = (id: string, count: number) => expect.poll(async () => (await counters(id)).delivered, { timeout: 20_000 }).toBe(count);

describe('a receiver', () => {
  it('gets custom headers and two valid signatures for a day after the secret is changed', async () => {
    const { id, send } = await hookFor('/signed', { signing_secret: SECRETS[0], headers: { 'x-tenant': 'secret-tenant' } });
    const isSignedBy = (secret: string, { headers, body }: Received): boolean => {
      const signature = createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`).digest('base64');
      return String(headers['webhook-signature']).split(' ').includes(`v1,${signature}`);
    };
    await send(1);
    await delivered(id, 1);
    await call('PATCH', `/v1/hooks/${id}`, { request: { signing_secret: SECRETS[1] } });
    await send(1);
    await delivered(id, 2);
    await call('PATCH', `/v1/hooks/${id}`, { request: { signing_secret: null } });
    await send(1);
    await delivered(id, 3);
    const [first, second, third] = requests('/signed') as [Received, Received, Received];
    expect([first, second].map((request) => SECRETS.map((secret) => isSignedBy(secret, request)))).toEqual([[true, false], [true, true]]);
    expect(third.headers).not.toHaveProperty('webhook-signature');
    expect([first, second, third].map(({ headers }) => headers['x-tenant'])).toEqual(['secret-tenant', 'secret-tenant', 'secret-tenant']);
  });

  it('that is gone (410) stops the hook, whose events wait for its owner', async () => {
    tell.set('/gone', () => ({ status: 410 }));
    const { id, send } = await hookFor('/gone');
    await send(3);
    await expect.poll(async () => (await call('GET', `/v1/hooks/${id}`)).active, { timeout: 10_000 }).toBe(false);
    expect(await call('GET', `/v1/hooks/${id}`)).toMatchObject({ state: 'inactive', stopped_reason: 'gone' });
    expect(await call('GET', `/v1/hooks/${id}/lane`)).toMatchObject({ state: 'stopped', reason: 'gone', counters: { matched: 3, delivered: 0, dead: 0, waiting: 3 } });
    expect((await call('GET', `/v1/audit?object_id=${id}`)).data[0]).toMatchObject({ action: 'hook.deactivate', actor: { token_id: null, user_id: null }, after: { stopped_reason: 'gone' } });
    tell.delete('/gone');
    await call('POST', `/v1/hooks/${id}/activate`, { from: 'stopped' });
    await delivered(id, 3);
    expect(requests('/gone')).toHaveLength(2);
  });

  it('to which a batch is too large (413) gets halves of it, each under an id of its own', async () => {
    tell.set('/large', ({ count }) => ({ status: count > 3 ? 413 : 200 }));
    const { id, send } = await hookFor('/large');
    await send(10);
    await delivered(id, 10);
    const taken = requests('/large').filter(({ count }) => count <= 3);
    expect(taken.reduce((sum, { count }) => sum + count, 0)).toBe(10);
    expect(requests('/large')[0]?.count).toBe(10);
    expect(new Set(requests('/large').map(({ headers }) => headers['webhook-id'])).size).toBe(requests('/large').length);
    expect(await counters(id)).toMatchObject({ matched: 10, delivered: 10, dead: 0, waiting: 0, in_flight: 0 });
  });

  it.each([[429, '3'], [503, '3']])('that says %i with Retry-After is left alone for that long, by the whole hook', async (status, retryAfter) => {
    const at = `/busy-${status}`;
    tell.set(at, (_request, before) => (before.length === 0 ? { status, headers: { 'retry-after': retryAfter } } : { status: 200 }));
    const { id, send } = await hookFor(at, { max_batch_size: 1 });
    await send(1);
    await expect.poll(() => requests(at).length, { timeout: 10_000 }).toBe(1);
    await send(4);
    await delivered(id, 5);
    const [first, ...others] = requests(at) as [Received, ...Received[]];
    for (const { at: time } of others) expect(time - first.at).toBeGreaterThanOrEqual(2_990);
    const again = others.find(({ headers }) => headers['webhook-id'] === first.headers['webhook-id']);
    expect([again?.body, again?.headers['hookline-attempt']]).toEqual([first.body, '2']);
  });

  it('is believed by its status, or by 200 alone, or by what it says', async () => {
    tell.set('/created', (_request, before) => ({ status: before.length === 0 ? 202 : 200 }));
    tell.set('/words', (_request, before) => ({ status: 200, body: before.length === 0 ? 'ERROR' : 'all OK' }));
    tell.set('/accepted', () => ({ status: 299 }));
    const hooks = await Promise.all([hookFor('/created', { success_status: '200' }), hookFor('/words', { success_pattern: '.*OK' }), hookFor('/accepted')]);
    for (const { send } of hooks) await send(1);
    for (const { id } of hooks) await delivered(id, 1);
    expect(['/created', '/words', '/accepted'].map((at) => requests(at).length)).toEqual([2, 2, 1]);
    await expect.poll(async () => (await call('GET', `/v1/hooks/${hooks[1]?.id}/attempts`)).data.map(({ outcome, code }: { outcome: string; code?: string }) => code ?? outcome), { timeout: 10_000 }).toEqual(['delivered', 'response_mismatch']);
  });

  it('behind OAuth2 gets one token for many deliveries, and a new one when it refuses it', async () => {
    let issued = 0;
    tell.set('/token', () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ access_token: `token-${++issued}`, expires_in: 3600, token_type: 'Bearer' }) }));
    let refused = false;
    tell.set('/oauth', ({ headers }) => {
      const isOld = headers.authorization === 'Bearer token-1';
      if (isOld && requests('/oauth').length >= 2) refused = true;
      return { status: isOld && refused ? 401 : 200 };
    });
    const { id, send } = await hookFor('/oauth', { max_batch_size: 1, auth: { type: 'oauth2', token_url: `${base}/token`, client_id: 'client', client_secret: 'oauth-secret' } });
    for (let n = 1; n <= 4; n++) {
      await send(1);
      await delivered(id, n);
    }
    expect(requests('/oauth').map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1', 'Bearer token-2', 'Bearer token-2']);
    expect(requests('/token').map(({ body }) => body)).toEqual(Array.from({ length: 2 }, () => 'grant_type=client_credentials&client_id=client&client_secret=oauth-secret'));
    expect((await counters(id)).attempts).toBe(4);
    expect(JSON.stringify(await call('GET', `/v1/hooks/${id}/attempts`))).not.toMatch(/oauth-secret|token-1/);
  });

  it('that refuses one event of a batch for ever: that one dies, the others arrive', async () => {
    const poison = 'poisonous';
    tell.set('/poison', ({ body }) => ({ status: body.includes(poison) ? 422 : 200 }));
    const { id, send } = await hookFor('/poison');
    await send(1);
    await delivered(id, 1);
    const eventType = (await call('GET', `/v1/hooks/${id}`)).events[0];
    await call('POST', '/v1/events', Array.from({ length: 8 }, (_, n) => ({ event_type: eventType, event_date: '2026-02-03T04:05:06Z', event_id: `p-${n}`, event_data: { note: n === 5 ? poison : 'fine' } })));
    await expect.poll(async () => (await counters(id)).dead, { timeout: 25_000 }).toBe(1);
    await delivered(id, 8);
    expect((await call('GET', `/v1/hooks/${id}/dead-letters`)).data).toMatchObject([{ event_id: 'p-5', reason: { code: 'http_4xx' } }]);
    const { fates } = await call('GET', '/v1/events/p-5');
    expect(fates.find(({ hook_id: hook }: { hook_id: string }) => hook === id)).toMatchObject({ fate: 'dead', rule: 'matched' });
  });
}, 60_000);

describe('what became of an event', () => {
  const fateOf = async (eventId: string, hookId: string) => (await call('GET', `/v1/events/${eventId}`)).fates.find(({ hook_id: hook }: { hook_id: string }) => hook === hookId);
  const record = async (id: string, eventId: string, over: Record<string, unknown> = {}) => {
    const [eventType] = (await call('GET', `/v1/hooks/${id}`)).events;
    await call('POST', '/v1/events', { event_type: eventType, event_date: '2026-02-03T04:05:06Z', event_id: eventId, event_data: {}, ...over });
  };

  it('is told with the delivery that took it, as soon as it is delivered', async () => {
    const { id } = await hookFor('/fate');
    await record(id, 'fate-1');
    expect(await fateOf('fate-1', id)).toEqual({ hook_id: id, fate: 'backlog', rule: 'matched' });
    await delivered(id, 1);
    const deliveryId = requests('/fate')[0]?.headers['webhook-id'];
    expect(await fateOf('fate-1', id)).toEqual({ hook_id: id, fate: 'delivered', rule: 'matched', delivery_id: deliveryId });
    expect((await call('GET', `/v1/hooks/${id}/attempts`)).data[0]).toMatchObject({ delivery_id: deliveryId, outcome: 'delivered' });
    await call('DELETE', `/v1/hooks/${id}`);
    expect(await fateOf('fate-1', id)).toMatchObject({ fate: 'delivered', delivery_id: deliveryId });
  });

  it('is waiting, holding and cancelled, with its delivery; not active and filtered without', async () => {
    tell.set('/fates', () => ({ status: 500 }));
    const { id } = await hookFor('/fates');
    await call('PATCH', `/v1/hooks/${id}`, { database_id: 7 });
    await record(id, 'fate-2', { list_id: 8 });
    await record(id, 'fate-3', { list_id: 7 });
    await expect.poll(async () => (await fateOf('fate-3', id)).fate, { timeout: 10_000 }).toBe('waiting');
    expect(await fateOf('fate-3', id)).toMatchObject({ rule: 'matched', delivery_id: requests('/fates')[0]?.headers['webhook-id'], next_attempt_at: expect.any(String) });
    expect(await fateOf('fate-2', id)).toEqual({ hook_id: id, fate: 'filtered', rule: 'database' });
    await expect.poll(async () => (await fateOf('fate-3', id)).fate, { timeout: 10_000 }).toBe('holding');
    await record(id, 'fate-4', { list_id: 7 });
    expect(await fateOf('fate-4', id)).toMatchObject({ fate: 'holding', rule: 'matched' });
    const { delivery_id: deliveryId } = await fateOf('fate-3', id);
    await call('DELETE', `/v1/hooks/${id}`);
    await expect.poll(async () => await fateOf('fate-3', id), { timeout: 10_000 }).toEqual({ hook_id: id, fate: 'cancelled', rule: 'matched', delivery_id: deliveryId });
    expect(await fateOf('fate-4', id)).toMatchObject({ fate: 'cancelled' });
    expect(await fateOf('fate-2', id)).toBeUndefined();
    const later = await hookFor('/later');
    expect(await fateOf('fate-3', later.id)).toEqual({ hook_id: later.id, fate: 'not_active' });
  });
}, 60_000);
