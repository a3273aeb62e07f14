import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

// Every route once as it is meant to be used, and the conventions of api.md 1.

const HOOK = { name: 'Orders', events: ['click'], request: { type: 'http', url: 'https://crm.example.com/in' } };
const STAMPS = { version: 1, created_at: expect.stringMatching(/^\d{4}-.*Z$/), updated_at: expect.stringMatching(/Z$/) };

let rig: EdgeRig;
beforeAll(async () => {
  rig = await openEdgeRig();
});
afterAll(() => rig.close());

describe('catalog', () => {
  it('is made, read, changed, listed and deleted', async () => {
    const path = '/v1/catalog/mailings/41';
    expect(await rig.call('PUT', path, { body: { name: 'Spring', subid: 'S1' } })).toMatchObject({ status: 201, json: { kind: 'mailings', id: 41, name: 'Spring', subid: 'S1', subject: null, database_id: null, ...STAMPS } });
    const changed = await rig.call('PUT', path, { body: { name: 'Summer', id: 41, version: 9 } });
    expect(changed).toMatchObject({ status: 200, json: { name: 'Summer', subid: null, version: 2 } });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect((await rig.call('GET', path)).json).toEqual(changed.json);
    expect((await rig.call('GET', '/v1/catalog/mailings')).json).toEqual({ data: [changed.json], next_cursor: null });
    expect(await rig.call('DELETE', path)).toMatchObject({ status: 204, text: '' });
    expect((await rig.call('GET', path)).status).toBe(404);
    expect((await rig.call('DELETE', path)).status).toBe(404);
  });

  it('takes many, each by itself', async () => {
    const answer = await rig.call('POST', '/v1/catalog', { body: [{ kind: 'databases', id: 12, name: 'Main' }, { kind: 'cats', id: 1, name: 'x' }, { kind: 'segments', id: 0, name: 'x' }, { kind: 'segments', id: 5, name: 'Five' }] });
    expect(answer).toMatchObject({ status: 200, json: { accepted: 2, rejected: 2, items: [{ index: 1, status: 'rejected', path: '/1/kind' }, { index: 2, path: '/2/id', code: 'range' }] } });
    expect((await rig.call('GET', '/v1/catalog/segments/5')).json.name).toBe('Five');
  });

  it('a name may have 1 KiB', async () => {
    expect((await rig.call('PUT', '/v1/catalog/templates/1', { body: { name: 'ä'.repeat(512) } })).status).toBe(201);
    expect((await rig.call('PUT', '/v1/catalog/templates/2', { body: { name: 'ä'.repeat(513) } })).status).toBe(422);
  });
});

describe('profiles', () => {
  const path = '/v1/databases/12/profiles/p1';
  it('keep their numbers as they came', async () => {
    const made = await rig.call('PUT', path, { raw: '{"fields": {"big": 9007199254740993, "f": 1.0, "__proto__": 1}}' });
    expect(made.status).toBe(201);
    expect(made.text).toContain('"fields":{"big": 9007199254740993, "f": 1.0, "__proto__": 1}');
    expect(made.json).toMatchObject({ profile_id: 'p1', database_id: 12, ...STAMPS });
    expect((await rig.call('PUT', path, { body: { fields: { a: 1 } } })).json).toMatchObject({ fields: { a: 1 }, version: 2 });
    expect((await rig.call('GET', path)).json).toMatchObject({ fields: { a: 1 }, version: 2 });
    expect((await rig.call('DELETE', path)).status).toBe(204);
    expect((await rig.call('GET', path)).status).toBe(404);
  });

  it('come as an array', async () => {
    const answer = await rig.call('POST', '/v1/databases/12/profiles', { body: [{ profile_id: 'a', fields: { n: 1 } }, { profile_id: '', fields: {} }, { profile_id: 'b' }] });
    expect(answer).toMatchObject({ status: 200, json: { accepted: 1, rejected: 2, items: [{ index: 1, path: '/1/profile_id' }, { index: 2, path: '/2/fields', code: 'required' }] } });
  });

  it('come as NDJSON without an end, a line that is too long or broken standing alone', async () => {
    const line = (n: number): string => `${JSON.stringify({ profile_id: `n${n}`, fields: { n, pad: 'x'.repeat(100) } })}\n`;
    const body = [...Array.from({ length: 5000 }, (_, n) => line(n)), `{"profile_id":"long","fields":{"a":"${'y'.repeat(200 * 1024)}"}}\n`, '{broken\n', '\n', line(5000).trimEnd()];
    const answer = await rig.call('POST', '/v1/databases/12/profiles', { raw: body.join(''), headers: { 'content-type': 'application/x-ndjson' } });
    expect(answer).toMatchObject({ status: 200, json: { accepted: 5001, rejected: 2, items: [{ index: 5000, code: 'profile_too_large' }, { index: 5001, code: 'json_invalid' }] } });
    for (const n of [0, 4999, 5000]) expect((await rig.call('GET', `/v1/databases/12/profiles/n${n}`)).json.fields.n).toBe(n);
  });

  it('may have 64 KiB', async () => {
    const fields = (bytes: number): string => `{"fields":{"a":"${'x'.repeat(bytes - 8)}"}}`;
    expect((await rig.call('PUT', '/v1/databases/12/profiles/big', { raw: fields(64 * 1024) })).status).toBe(201);
    expect(await rig.call('PUT', '/v1/databases/12/profiles/big', { raw: fields(64 * 1024 + 1) })).toMatchObject({ status: 413, json: { error: { code: 'profile_too_large' } } });
  });
});

it('content is written once', async () => {
  const raw = '{"channel":"email","html":"<b>1.0</b>"}';
  expect(await rig.call('PUT', '/v1/content/m-1', { raw })).toMatchObject({ status: 201, json: { id: 'm-1', content: { channel: 'email' } } });
  expect((await rig.call('PUT', '/v1/content/m-1', { raw })).status).toBe(200);
  expect(await rig.call('PUT', '/v1/content/m-1', { raw: '{"channel":"sms"}' })).toMatchObject({ status: 409, json: { error: { code: 'content_conflict' } } });
  expect((await rig.call('GET', '/v1/content/m-1')).text).toContain(raw);
  expect((await rig.call('PUT', '/v1/content/m-2', { raw: JSON.stringify({ html: 'x'.repeat(500 * 1024) }) })).status).toBe(201);
  expect((await rig.call('PUT', '/v1/content/m-3', { raw: '[]' })).status).toBe(422);
  expect(await rig.call('PUT', '/v1/content/m-3', { body: { channel: 'push', title: 5, buttons: [{ label: 'a' }, { link: {} }], extra: 1 } })).toMatchObject({ status: 422, json: { error: { problems: [{ path: '/title', code: 'type' }, { path: '/buttons/1/link', code: 'type' }] } } });
  expect((await rig.call('PUT', '/v1/content/m-4', { body: { channel: 'push', title: null, buttons: [{ label: 'a', link: 'b', x: 1 }], extra: 1 } })).status).toBe(201);
});

describe('accounts and tokens', () => {
  it('are made by the platform', async () => {
    expect(await rig.call('PUT', '/v1/accounts/5', { token: rig.platform, body: { name: 'Five' } })).toMatchObject({ status: 201, json: { id: 5, name: 'Five', ...STAMPS } });
    expect(await rig.call('PUT', '/v1/accounts/5', { token: rig.platform, body: { name: 'Fünf' } })).toMatchObject({ status: 200, json: { name: 'Fünf', version: 2 } });
    expect((await rig.call('PUT', '/v1/accounts/5', { token: rig.platform, body: { name: 'Five', retention_days: 30 } })).json).toMatchObject({ retention_days: 30, retention_bytes: null });
    expect((await rig.call('PUT', '/v1/accounts/5', { token: rig.platform, body: { name: 'Five', retention_bytes: 1_000_000 } })).json).toMatchObject({ retention_days: 30, retention_bytes: 1_000_000 });
    expect((await rig.call('PUT', '/v1/accounts/5', { token: rig.platform, body: { name: 'Five', retention_days: null } })).json).toMatchObject({ retention_days: null, retention_bytes: 1_000_000 });
    expect((await rig.call('PUT', '/v1/accounts/5', { token: rig.platform, body: { name: 'Five', retention_days: -1 } })).json.error).toMatchObject({ path: '/retention_days' });
    expect((await rig.call('PUT', '/v1/accounts/6', { body: { name: 'x' } })).status).toBe(403);
    const made = await rig.call('POST', '/v1/accounts/5/tokens', { token: rig.platform, body: { name: 't', scopes: ['hooks:write', 'tokens:write'], master: true } });
    expect(made).toMatchObject({ status: 201, json: { id: expect.stringMatching(/^tok_/), account_id: 5, name: 't', scopes: ['hooks:write', 'tokens:write'], master: true, expires_at: null, token: expect.stringMatching(/^hl_/), ...STAMPS } });
    const token = made.json.token as string;
    expect((await rig.call('POST', '/v1/hooks', { token, body: HOOK })).status).toBe(201);
    const listed = await rig.call('GET', '/v1/tokens', { token });
    expect(listed.json.data).toHaveLength(1);
    expect(listed.text).not.toContain(token);
    expect((await rig.call('POST', '/v1/tokens', { token, body: { name: 'more', scopes: ['events:write'] } })).status).toBe(403);
    expect((await rig.call('POST', '/v1/tokens', { token, body: { name: 'same', scopes: ['hooks:read'] } })).status).toBe(201);
    expect((await rig.call('DELETE', `/v1/tokens/${made.json.id}`, { token })).status).toBe(204);
    expect((await rig.call('GET', '/v1/tokens', { token })).status).toBe(401);
  });

  it('a token of an account never made: 404; a time that is over: 422', async () => {
    expect((await rig.call('POST', '/v1/accounts/777/tokens', { token: rig.platform, body: { name: 't', scopes: ['hooks:read'] } })).status).toBe(404);
    expect((await rig.call('POST', '/v1/tokens', { body: { name: 't', scopes: ['hooks:read'], expires_at: '2020-01-01T00:00:00Z' } })).status).toBe(422);
    expect((await rig.call('POST', '/v1/tokens', { body: { name: 't', scopes: ['all'] } })).status).toBe(422);
  });
});

describe('event types', () => {
  it('lists the registry and takes rows of its own', async () => {
    const listed = await rig.call('GET', '/v1/event-types');
    expect(listed.json.data.find((row: { event_type: string }) => row.event_type === 'click')).toMatchObject({ family: 'email', status: 'documented', subjects: ['resource', 'mailing', 'template', 'segment'], exportable: true, sample: { event_type: 'click' } });
    const made = await rig.call('PUT', '/v1/event-types/order_paid', { body: { family: 'shop', label: 'Order paid', description: 'Paid', subjects: ['resource'], exportable: true } });
    expect(made).toMatchObject({ status: 201, json: { event_type: 'order_paid', status: 'custom', subjects: ['resource'] } });
    expect((await rig.call('PUT', '/v1/event-types/order_paid', { body: made.json })).status).toBe(200);
    const event = { ...made.json.sample };
    expect((await rig.call('POST', '/v1/events', { body: event })).status).toBe(202);
    expect((await rig.call('POST', '/v1/events', { token: rig.other, body: event })).status).toBe(422);
  });

  it.each<[path: string, body: unknown, status: number]>([
    ['click', {}, 409], ['Click', {}, 422], ['a'.repeat(65), {}, 422], ['own', { subjects: ['cat'] }, 422], ['own', { sample: { event_type: 'own' } }, 422],
  ])('%s %j: %i', async (name, body, status) => {
    expect((await rig.call('PUT', `/v1/event-types/${name}`, { body })).status).toBe(status);
  });
});

describe('hooks', () => {
  it('are made with defaults and read back whole', async () => {
    const made = await rig.call('POST', '/v1/hooks', { body: HOOK });
    expect(made).toMatchObject({
      status: 201,
      json: {
        id: expect.stringMatching(/^hok_/), name: 'Orders', active: true, state: 'active', stopped_reason: null, database_id: null, events: ['click'], include_content: false, include_event_id: true,
        filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] }, custom_data: { fields: [], template: {} }, warnings: [],
        request: { type: 'http', max_batch_size: 100, timeout_sec: 5, request_timeout_sec: 15, success_status: '2xx', auth: { type: 'none' } }, ...STAMPS,
      },
    });
    const read = await rig.call('GET', `/v1/hooks/${made.json.id}`);
    const { warnings: _, ...rest } = made.json;
    expect(read.json).toEqual(rest);
    expect(await rig.call('PUT', `/v1/hooks/${made.json.id}`, { body: made.json })).toMatchObject({ status: 200, json: { name: 'Orders', version: 2 } });
  });

  it('a patch changes what it names; a stale version is refused', async () => {
    const { json: hook } = await rig.call('POST', '/v1/hooks', { body: HOOK });
    const path = `/v1/hooks/${hook.id}`;
    expect(await rig.call('PATCH', path, { body: { request: { timeout_sec: 9 }, database_id: 12 }, headers: { 'if-match': '"1"' } })).toMatchObject({ status: 200, json: { version: 2, database_id: 12, request: { timeout_sec: 9, url: HOOK.request.url } } });
    for (const [method, body] of [['PATCH', { name: 'x' }], ['PUT', HOOK], ['DELETE', undefined]] as const) {
      expect(await rig.call(method, path, { body, headers: { 'if-match': '"1"' } })).toMatchObject({ status: 409, json: { error: { code: 'version_conflict' } } });
    }
    expect((await rig.call('PATCH', path, { body: {}, headers: { 'if-match': 'new' } })).status).toBe(400);
    expect((await rig.call('DELETE', path, { headers: { 'if-match': '"2"' } })).status).toBe(204);
    expect((await rig.call('GET', path)).status).toBe(404);
  });

  it('are switched off and on, from then on, from where they stopped, from a time', async () => {
    const { json: hook } = await rig.call('POST', '/v1/hooks', { body: HOOK });
    const path = `/v1/hooks/${hook.id}`;
    expect((await rig.call('POST', `${path}/deactivate`)).json).toMatchObject({ active: false, state: 'inactive' });
    expect((await rig.call('POST', `${path}/activate`)).json).toMatchObject({ active: true, state: 'active', warnings: [] });
    await rig.call('POST', `${path}/deactivate`, { body: {} });
    expect((await rig.call('POST', `${path}/activate`, { body: { from: 'stopped' } })).status).toBe(200);
    expect((await rig.call('POST', `${path}/activate`, { body: { from: new Date(rig.clock.now() - 60_000).toISOString() } })).status).toBe(200);
    for (const from of ['yesterday', 5, new Date(rig.clock.now() + 60_000).toISOString()]) expect((await rig.call('POST', `${path}/activate`, { body: { from } })).status).toBe(422);
  });

  it('a copy is inactive and has secrets of its own', async () => {
    const { json: hook } = await rig.call('POST', '/v1/hooks', { body: { ...HOOK, name: 'N'.repeat(256), request: { ...HOOK.request, auth: { type: 'bearer', token: 'canary' } } } });
    const copy = await rig.call('POST', `/v1/hooks/${hook.id}/clone`);
    expect(copy).toMatchObject({ status: 201, json: { active: false, state: 'inactive', request: { auth: { type: 'bearer', token: { set: true } } } } });
    expect(copy.json.id).not.toBe(hook.id);
    expect(copy.json.name).toBe(`${'N'.repeat(249)} (copy)`);
    const stored = await rig.control.hooks.get(1, copy.json.id);
    const auth = stored?.request.type === 'http' ? stored.request.auth : null;
    const sealed = auth?.type === 'bearer' && 'sealed' in auth.token ? auth.token.sealed : '';
    expect(rig.control.keys.open(sealed, `1/${copy.json.id}/auth/token`)).toBe('canary');
    expect(rig.control.keys.open(sealed, `1/${hook.id}/auth/token`)).toBeNull();
  });

  it('warns of ids that the catalog does not know, another account\'s alike, and of names that do not resolve', async () => {
    await rig.call('PUT', '/v1/catalog/databases/900', { token: rig.other, body: { name: 'Theirs' } });
    await rig.call('PUT', '/v1/catalog/databases/901', { body: { name: 'Ours' } });
    const of = async (database: number): Promise<unknown> => (await rig.call('POST', '/v1/hooks', { body: { ...HOOK, database_id: database } })).json.warnings;
    expect(await of(901)).toEqual([]);
    expect(await of(900)).toEqual([{ path: '/database_id', code: 'not_in_catalog', message: expect.any(String) }]);
    const answer = await rig.call('POST', '/v1/hooks', { body: { ...HOOK, filters: { pixels: [1] }, request: { type: 'kafka', brokers: ['a.invalid:9092', '127.0.0.1:9092'], topic: 't' } } });
    expect(answer.json.warnings.map((warning: { path: string; code: string }) => [warning.path, warning.code])).toEqual([['/filters/pixels/0', 'not_in_catalog'], ['/request/brokers/0', 'host_unresolved']]);
  });

  it('are listed in pages whose cursors belong to the account and the list', async () => {
    for (let n = 0; n < 3; n++) await rig.call('POST', '/v1/hooks', { token: rig.other, body: { ...HOOK, name: `n${n}` } });
    const first = await rig.call('GET', '/v1/hooks?limit=2', { token: rig.other });
    expect(first.json.data.map((hook: { name: string }) => hook.name)).toEqual(['n0', 'n1']);
    const cursor = first.json.next_cursor as string;
    expect((await rig.call('GET', `/v1/hooks?limit=2&cursor=${cursor}`, { token: rig.other })).json).toMatchObject({ data: [{ name: 'n2' }], next_cursor: null });
    const flipped = `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`;
    for (const [token, wrong] of [[rig.admin, cursor], [rig.other, flipped], [rig.other, 'x'], [rig.other, '']] as const) {
      expect(await rig.call('GET', `/v1/hooks?cursor=${wrong}`, { token })).toMatchObject({ status: 400, json: { error: { code: 'cursor_invalid' } } });
    }
    expect((await rig.call('GET', `/v1/tokens?cursor=${cursor}`, { token: rig.other })).status).toBe(400);
  });
});

describe('deliveries', () => {
  it('lane, attempts, dead letters, redrive', async () => {
    const { json: hook } = await rig.call('POST', '/v1/hooks', { body: HOOK });
    const path = `/v1/hooks/${hook.id}`;
    expect(await rig.call('GET', `${path}/lane`)).toMatchObject({ status: 200, json: { state: 'running', in_flight: 0, counters: { matched: 0, delivered: 0, dead: 0, waiting: 0, in_flight: 0, cancelled: 0, expired: 0, attempts: 0 }, shards: [expect.anything()] } });
    expect((await rig.call('GET', `${path}/attempts`)).json).toEqual({ data: [], next_cursor: null });
    expect((await rig.call('GET', `${path}/dead-letters?limit=500`)).json).toEqual({ data: [], next_cursor: null });
    expect(await rig.call('POST', `${path}/dead-letters/redrive`, { body: { all: true } })).toMatchObject({ status: 200, json: { redriven: 0 } });
    for (const body of [{}, { ids: [] }, { all: false }, { all: true, ids: ['x'] }]) expect((await rig.call('POST', `${path}/dead-letters/redrive`, { body })).status).toBe(422);
  });

  it('an event and what became of it', async () => {
    await rig.call('POST', '/v1/events', { raw: '{"event_type":"open","event_date":"2026-02-03T04:05:06Z","event_id":"fate-1","event_data":{"n":1.0}}' });
    const answer = await rig.call('GET', '/v1/events/fate-1');
    expect(answer).toMatchObject({ status: 200, json: { event_id: 'fate-1', event: { event_type: 'open', account_id: 1, is_test: false, event_id: 'fate-1' } } });
    expect(answer.text).toContain('"event_data":{"n":1.0}');
    expect(answer.json.fates.length).toBeGreaterThan(0);
    expect((await rig.call('GET', '/v1/events/fate-1', { token: rig.other })).status).toBe(404);
  });
});

describe('test sends', () => {
  it('go out by the real transport, with exact bytes and redacted secrets; ten a minute', async () => {
    const requests: { headers: Record<string, unknown>; body: string }[] = [];
    const receiver = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        requests.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
        response.end('x'.repeat(5000));
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => receiver.once('listening', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`;
    try {
      const hook = { ...HOOK, custom_data: { template: { id: '{{uuid}}' } }, request: { type: 'http', url, auth: { type: 'bearer', token: 'canary-secret' } } };
      const { json: saved } = await rig.call('POST', '/v1/hooks', { body: hook });
      const answer = await rig.call('POST', `/v1/hooks/${saved.id}/test`, { body: { event_type: 'click' } });
      expect(answer).toMatchObject({ status: 200, json: { outcome: 'delivered', duration_ms: expect.any(Number), response: { status: 200 } } });
      expect(requests[0]?.headers['authorization']).toBe('Bearer canary-secret');
      expect(answer.json.request.body).toBe(requests[0]?.body);
      expect(JSON.parse(requests[0]?.body ?? '')[0]).toMatchObject({ event_type: 'click', account_id: 1, is_test: true, custom_data: { id: expect.any(String) } });
      expect(answer.text).not.toContain('canary-secret');
      expect(answer.json.response.body.length).toBeLessThanOrEqual(1024);

      const draft = { hook: { ...hook, request: { ...hook.request, success_pattern: 'nope' } }, event_type: 'click' };
      expect((await rig.call('POST', '/v1/hooks/test', { body: draft })).json).toMatchObject({ outcome: 'rejected', code: 'response_mismatch' });
      for (let n = 2; n < 10; n++) expect((await rig.call('POST', '/v1/hooks/test', { body: draft })).status).toBe(200);
      const limited = await rig.call('POST', '/v1/hooks/test', { body: draft });
      expect(limited.status).toBe(429);
      expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await rig.call('POST', '/v1/hooks/test', { token: rig.other, body: draft })).status).toBe(200);
      rig.clock.move(61_000);
      expect((await rig.call('POST', '/v1/hooks/test', { body: draft })).status).toBe(200);
      expect(await rig.call('POST', '/v1/hooks/test', { body: { hook: { ...hook, name: '' }, event_type: 'click' } })).toMatchObject({ status: 422, json: { error: { path: '/hook/name' } } });
      expect((await rig.call('POST', `/v1/hooks/${saved.id}/test`, { body: { event_type: 'none' } })).status).toBe(422);
    } finally {
      receiver.close();
      receiver.closeAllConnections();
    }
  });
});

describe('operations', () => {
  it('alive, ready, not ready', async () => {
    expect(await rig.call('GET', '/livez', { token: null })).toMatchObject({ status: 200 });
    expect(await rig.call('GET', '/readyz', { token: null })).toMatchObject({ status: 200, json: { status: 'ready' } });
    rig.notReady.push('the disk reserve is low');
    expect(await rig.call('GET', '/readyz', { token: null })).toMatchObject({ status: 503, json: { status: 'not_ready', reasons: ['the disk reserve is low'] } });
    rig.notReady.pop();
  });

  it('metrics count events and requests', async () => {
    const { text, headers } = await rig.call('GET', '/metrics', { token: null });
    expect(headers.get('content-type')).toContain('text/plain');
    expect(text).toMatch(/hookline_edge_events_total\{result="accepted"\} [1-9]/);
    expect(text).toMatch(/hookline_edge_requests_total\{route="createHook",status="201"\} [1-9]/);
  });

  it('the document names every route, and all its references lead somewhere', async () => {
    const { json, text } = await rig.call('GET', '/openapi.json', { token: null });
    expect(json.openapi).toBe('3.1.0');
    expect(Object.keys(json.paths)).toEqual(expect.arrayContaining(['/v1/events', '/v1/hooks/{hook_id}/dead-letters/redrive', '/v1/catalog/{kind}/{id}', '/readyz']));
    const names = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(json.components.schemas).toHaveProperty([name.replace('#/components/schemas/', '')]);
  });

  it('the page needs no network and no script', async () => {
    const { text, headers } = await rig.call('GET', '/docs', { token: null });
    expect(headers.get('content-type')).toContain('text/html');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).not.toMatch(/<script|https?:\/\/(?!crm\.)[^"<]*\.(js|css)/);
    expect(text).toContain('/v1/hooks/{hook_id}');
  });
});
