import { TOKEN_SCOPES } from '@hookline/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';
import { rawHttp } from './raw-http.ts';

// bad-input.md F1–F8, F22–F24: who may do what, and what nobody learns.

const HOOK = { name: 'Orders', events: ['click'], request: { type: 'http', url: 'https://crm.example.com/in' } };
const EVENT = { event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_data: {} };

let rig: EdgeRig;
beforeAll(async () => {
  rig = await openEdgeRig();
});
afterAll(() => rig.close());

const get = async (headers: string, path = '/v1/hooks'): Promise<number | undefined> => (await rawHttp(rig.server.port, `GET ${path} HTTP/1.1\r\nhost: a\r\n${headers}\r\n`))[0]?.status;

describe('tokens', () => {
  it('F1: none, empty, other schemes, in the URL: 401; two headers: 400', async () => {
    expect(await get('')).toBe(401);
    expect(await get('authorization: Bearer\r\n')).toBe(401);
    expect(await get('authorization: Bearer \r\n')).toBe(401);
    expect(await get(`authorization: Basic ${rig.admin}\r\n`)).toBe(401);
    expect(await get('', `/v1/hooks?token=${rig.admin}`)).toBe(401);
    expect(await get('', `/v1/hooks?access_token=${rig.admin}`)).toBe(401);
    expect(await get(`authorization: Bearer ${rig.admin}\r\nauthorization: Bearer ${rig.admin}\r\n`)).toBe(400);
    expect(await get(`authorization: Bearer ${rig.admin}, Bearer ${rig.admin}\r\n`)).toBe(400);
    expect(await get(`authorization: bearer ${rig.admin}\r\n`)).toBe(200);
  });

  it('F2: nearly right, too long, not ASCII: 401', async () => {
    const last = rig.admin.at(-1) === '0' ? '1' : '0';
    for (const token of [`${rig.admin.slice(0, -1)}${last}`, `${rig.admin}0`, 'hl_', `hl_${'a'.repeat(10_000)}`, 'hl_\u00e9']) expect(await get(`authorization: Bearer ${token}\r\n`)).toBe(401);
  });

  it('F3: a token that is over or revoked: 401', async () => {
    const token = await rig.token({ expiresAt: rig.clock.now() + 60_000, id: 'tok_over' });
    expect((await rig.call('GET', '/v1/hooks', { token })).status).toBe(200);
    rig.clock.move(60_001);
    expect((await rig.call('GET', '/v1/hooks', { token })).status).toBe(401);
    await rig.token({ id: 'tok_gone' });
    const gone = await rig.token({ id: 'tok_gone_2' });
    expect((await rig.call('DELETE', '/v1/tokens/tok_gone_2')).status).toBe(204);
    expect((await rig.call('GET', '/v1/hooks', { token: gone })).status).toBe(401);
    expect((await rig.call('POST', '/v1/events', { token: gone, body: EVENT })).status).toBe(401);
  });
});

describe('F4: scopes', () => {
  /** One call that each scope is enough for, and that no other is. */
  const CALLS: readonly [scope: string, method: string, path: string, body?: unknown][] = [
    ['events:write', 'POST', '/v1/events', EVENT],
    ['profiles:write', 'PUT', '/v1/databases/1/profiles/x', { fields: {} }],
    ['catalog:write', 'PUT', '/v1/catalog/pixels/1', { name: 'x' }],
    ['content:write', 'PUT', '/v1/content/x', {}],
    ['hooks:write', 'POST', '/v1/hooks', HOOK],
    ['deliveries:write', 'POST', '/v1/hooks/HOOK/dead-letters/redrive', { all: true }],
    ['tokens:write', 'GET', '/v1/tokens'],
  ];

  it.each(CALLS)('%s', async (scope, method, path, body) => {
    const { json: hook } = await rig.call('POST', '/v1/hooks', { body: HOOK });
    const target = path.replace('HOOK', hook.id);
    const enough = await rig.token({ scopes: [scope] });
    expect((await rig.call(method, target, { token: enough, body })).status).toBeLessThan(300);
    const tooLittle = await rig.token({ scopes: TOKEN_SCOPES.filter((other) => other !== scope) });
    expect(await rig.call(method, target, { token: tooLittle, body })).toMatchObject({ status: 403, json: { error: { code: 'scope' } } });
  });

  it('reading is part of writing, and deliveries of events', async () => {
    const { json: hook } = await rig.call('POST', '/v1/hooks', { body: HOOK });
    await rig.call('POST', '/v1/events', { body: { ...EVENT, event_id: 'scoped' } });
    for (const [scope, path] of [['hooks:write', '/v1/hooks'], ['hooks:read', '/v1/hooks'], ['deliveries:write', `/v1/hooks/${hook.id}/lane`], ['deliveries:read', `/v1/hooks/${hook.id}/attempts`], ['deliveries:read', '/v1/events/scoped'], ['events:write', '/v1/events/scoped'], ['catalog:write', '/v1/event-types']] as const) {
      expect((await rig.call('GET', path, { token: await rig.token({ scopes: [scope] }) })).status).toBe(200);
    }
    expect((await rig.call('POST', '/v1/hooks', { token: await rig.token({ scopes: ['hooks:read'] }), body: HOOK })).status).toBe(403);
    expect((await rig.call('POST', '/v1/hooks', { token: rig.platform, body: HOOK })).status).toBe(403);
  });

  it('hooks and tokens are changed by the master alone', async () => {
    const { json: hook } = await rig.call('POST', '/v1/hooks', { body: HOOK });
    const token = await rig.token({ master: false });
    const path = `/v1/hooks/${hook.id}`;
    const calls = [['POST', '/v1/hooks', HOOK], ['PUT', path, HOOK], ['PATCH', path, {}], ['DELETE', path], ['POST', `${path}/clone`], ['POST', `${path}/activate`], ['POST', `${path}/deactivate`], ['POST', '/v1/tokens', { name: 'x', scopes: ['hooks:read'] }], ['DELETE', '/v1/tokens/x']] as const;
    for (const [method, target, body] of calls) expect(await rig.call(method, target, { token, body })).toMatchObject({ status: 403, json: { error: { code: 'master_required' } } });
    expect((await rig.call('GET', path, { token })).status).toBe(200);
  });
});

describe("F5: another account's object is like one that is not there", () => {
  const ROUTES: readonly [method: string, path: string, body?: unknown][] = [
    ['GET', '/v1/hooks/ID'], ['PUT', '/v1/hooks/ID', HOOK], ['PATCH', '/v1/hooks/ID', { name: 'x' }], ['DELETE', '/v1/hooks/ID'], ['POST', '/v1/hooks/ID/clone'], ['POST', '/v1/hooks/ID/activate'], ['POST', '/v1/hooks/ID/deactivate'],
    ['POST', '/v1/hooks/ID/test', { event_type: 'click' }], ['GET', '/v1/hooks/ID/lane'], ['GET', '/v1/hooks/ID/attempts'], ['GET', '/v1/hooks/ID/dead-letters'], ['POST', '/v1/hooks/ID/dead-letters/redrive', { all: true }],
    ['GET', '/v1/events/EVENT'], ['DELETE', '/v1/tokens/TOKEN'], ['GET', '/v1/catalog/mailings/99'], ['DELETE', '/v1/catalog/mailings/99'], ['GET', '/v1/databases/9/profiles/theirs'], ['DELETE', '/v1/databases/9/profiles/theirs'], ['GET', '/v1/content/theirs'],
  ];
  const masked = (text: string): string => text.replace(/req_[A-Za-z0-9_-]+/, 'req');

  it.each(ROUTES)('%s %s', async (method, path, body) => {
    const token = rig.other;
    const { json: hook } = await rig.call('POST', '/v1/hooks', { token, body: HOOK });
    await rig.call('POST', '/v1/events', { token, body: { ...EVENT, event_id: 'theirs' } });
    const { json: made } = await rig.call('POST', '/v1/tokens', { token, body: { name: 'x', scopes: ['hooks:read'] } });
    await rig.call('PUT', '/v1/catalog/mailings/99', { token, body: { name: 'x' } });
    await rig.call('PUT', '/v1/databases/9/profiles/theirs', { token, body: { fields: {} } });
    await rig.call('PUT', '/v1/content/theirs', { token, body: {} });
    const theirs = path.replace('ID', hook.id).replace('EVENT', 'theirs').replace('TOKEN', made.id);
    const absent = path.replace('ID', 'hok_00000000000000000000000000000000').replace('EVENT', 'absent').replace('TOKEN', 'tok_absent').replace('99', '98').replace('theirs', 'absent');
    const [foreign, missing] = [await rig.call(method, theirs, { body }), await rig.call(method, absent, { body })];
    expect(foreign.status).toBe(404);
    expect([foreign.status, masked(foreign.text)]).toEqual([missing.status, masked(missing.text)]);
    expect((await rig.call('GET', `/v1/hooks/${hook.id}`, { token })).json.version).toBe(1);
  });

  it('a header that names another account is 403', async () => {
    for (const [method, path, body] of [['GET', '/v1/hooks', undefined], ['POST', '/v1/events', EVENT], ['PUT', '/v1/catalog/pixels/1', { name: 'x' }]] as const) {
      expect(await rig.call(method, path, { body, headers: { 'hookline-account': '2' } })).toMatchObject({ status: 403, json: { error: { code: 'account_forbidden' } } });
    }
    expect((await rig.call('PUT', '/v1/catalog/pixels/1', { body: { name: 'x', account_id: 2 } })).status).toBe(403);
  });

  it('a platform token writes for the account it names', async () => {
    const token = rig.platform;
    expect((await rig.call('PUT', '/v1/catalog/pixels/7', { token, body: { name: 'x', account_id: 2 } })).status).toBe(201);
    expect((await rig.call('GET', '/v1/catalog/pixels/7', { token: rig.other })).json.name).toBe('x');
    expect((await rig.call('PUT', '/v1/databases/1/profiles/y', { token, headers: { 'hookline-account': '2' }, body: { fields: {} } })).status).toBe(201);
    expect((await rig.call('PUT', '/v1/catalog/pixels/7', { token, body: { name: 'x' } })).status).toBe(422);
    const bulk = [{ account_id: 1, n: 1 }, { account_id: 2, n: 2 }, { account_id: 999, n: 3 }, { n: 4 }];
    const profiles = bulk.map(({ n, ...account }) => ({ ...account, profile_id: `bulk-${n}`, fields: {} }));
    expect((await rig.call('POST', '/v1/databases/1/profiles', { token, body: profiles })).json).toMatchObject({ accepted: 2, rejected: 2, items: [{ index: 2, code: 'account_unknown', path: '/2/account_id' }, { index: 3, code: 'required' }] });
    expect((await rig.call('GET', '/v1/databases/1/profiles/bulk-2', { token: rig.other })).status).toBe(200);
    const names = bulk.map(({ n, ...account }) => ({ ...account, kind: 'segments', id: 600 + n, name: 'x' }));
    expect((await rig.call('POST', '/v1/catalog', { token, body: names })).json).toMatchObject({ accepted: 2, rejected: 2 });
    expect((await rig.call('POST', '/v1/catalog', { body: names })).json).toMatchObject({ accepted: 2, rejected: 2, items: [{ index: 1, code: 'account_forbidden' }, { index: 2 }] });
    expect((await rig.call('PUT', '/v1/catalog/pixels/7', { token, body: { name: 'x', account_id: 999 } })).json.error.code).toBe('account_unknown');
  });
});

it.each(['%2e%2e%2f', 'HOK_UPPER', '99999999999999999999', 'null', '[]', '{"$ne":1}', "'; DROP TABLE hook; --", '%00'])('F7: a hook called %s is not found', async (id) => {
  expect([404, 422]).toContain((await rig.call('GET', `/v1/hooks/${id.startsWith('%') ? id : encodeURIComponent(id)}`)).status);
});

it.each(['-1', '0', '1e9', 'abc', '501', '1.5', '', '50 OR 1=1'])('F8: limit=%s is 422', async (limit) => {
  expect((await rig.call('GET', `/v1/hooks?limit=${encodeURIComponent(limit)}`)).status).toBe(422);
});

it.each(['x=1', 'limit=5&limit=5', 'filter=%27%20OR%201', '__proto__=1'])('F8: an unknown or repeated parameter, %s, is 422', async (query) => {
  expect(await rig.call('GET', `/v1/hooks?${query}`)).toMatchObject({ status: 422, json: { error: { request_id: expect.any(String) } } });
});

it('F24: the request id is ours', async () => {
  const answer = await rig.call('GET', '/v1/hooks', { token: null, headers: { 'x-request-id': 'mine', 'request-id': 'mine' } });
  expect(answer.json.error.request_id).toMatch(/^req_/);
  expect(answer.headers.get('x-request-id')).toBe(answer.json.error.request_id);
});
