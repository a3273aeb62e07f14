import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Called, type EdgeRig, openEdgeRig } from './edge-rig.ts';

// bad-input.md F9 to F20 where a session is concerned: what signs in, what a cookie may do, and from where.

const PASSWORD = 'correct horse battery';

let rig: EdgeRig;
let origin: string;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hookline-built-console-'));
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Hookline</title>');
  writeFileSync(path.join(folder, 'assets/a-1.js'), 'export {};');
  rig = await openEdgeRig({ config: { consoleFolder: folder } });
  origin = rig.server.url;
});
afterAll(async () => {
  await rig.close();
  rmSync(folder, { recursive: true });
});

interface From {
  readonly cookie?: string;
  readonly origin?: string | null;
  readonly headers?: Record<string, string>;
}
/** As the console's page would ask; `origin: null` leaves the header out. */
const ask = (method: string, target: string, body?: unknown, { cookie, origin: from = origin, headers = {} }: From = {}): Promise<Called> =>
  rig.call(method, target, { token: null, ...(body === undefined ? {} : { body }), headers: { ...(from === null ? {} : { origin: from }), ...(cookie === undefined ? {} : { cookie }), ...headers } });
const cookieOf = (answer: Called): string => (answer.headers.get('set-cookie') ?? '').split(';')[0] as string;
const signIn = (login: string, password: string, from: From = {}): Promise<Called> => ask('POST', '/v1/session', { login, password }, from);

async function makeUser(login: string, more: Record<string, unknown> = {}): Promise<string> {
  const { status, json } = await rig.call('POST', '/v1/users', { body: { login, password: PASSWORD, ...more } });
  expect(status).toBe(201);
  return json.id;
}

describe('the first user', () => {
  it('is made by the link, once, and only from a page of ours', async () => {
    const link = (await rig.edge.firstUserPath()) as string;
    const body = { secret: link.split('#')[1], login: 'Ann', password: PASSWORD };
    expect((await ask('POST', '/v1/first-user', { ...body, secret: 'guess' })).status).toBe(403);
    expect((await ask('POST', '/v1/first-user', body, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await ask('POST', '/v1/first-user', { ...body, password: 'short' })).status).toBe(422);
    const made = await ask('POST', '/v1/first-user', body);
    expect(made).toMatchObject({ status: 200, json: { account: { id: 1 }, user: { login: 'ann', master: true } } });
    expect(await ask('GET', '/v1/session', undefined, { cookie: cookieOf(made), origin: null })).toMatchObject({ status: 200, json: { user: { login: 'ann' } } });
    expect((await ask('POST', '/v1/first-user', { ...body, login: 'eve' })).status).toBe(403);
    expect(await rig.edge.firstUserPath()).toBeNull();
  });
});

describe('signing in', () => {
  it('F12: gives a cookie that no script reads and no other host set', async () => {
    const plain = (await signIn('ann', PASSWORD)).headers.get('set-cookie');
    expect(plain).toMatch(/^hookline-session=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/);
    const secure = (await signIn('ann', PASSWORD, { origin: origin.replace('http:', 'https:') })).headers.get('set-cookie');
    expect(secure).toMatch(/^__Host-hookline=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure$/);
  });

  it('F12: a cookie that another host could have planted does nothing for a page over https', async () => {
    const secure = origin.replace('http:', 'https:');
    const planted = cookieOf(await signIn('ann', PASSWORD));
    const own = cookieOf(await signIn('ann', PASSWORD, { origin: secure }));
    const act = (cookie: string): Promise<Called> => ask('POST', '/v1/session/password', { current_password: 'x', password: 'x' }, { cookie, origin: secure });
    expect([(await act(planted)).status, (await act(own)).status]).toEqual([401, 422]);
  });

  it('F9: answers the same to a wrong password, a wrong login and a wrong account, and stops guessing', async () => {
    const strip = ({ json: { error } }: Called): unknown => ({ ...error, request_id: '' });
    const wrong = await signIn('ann', 'wrong password');
    const answers = [await signIn('nobody', PASSWORD), await ask('POST', '/v1/session', { account_id: 77, login: 'ann', password: PASSWORD })];
    for (const answer of answers) expect([answer.status, strip(answer)]).toEqual([401, strip(wrong)]);
    let last = 401;
    for (let guess = 0; guess < 12 && last === 401; guess += 1) last = (await signIn('guessed', 'wrong password')).status;
    expect(last).toBe(429);
    const forwarded = await signIn('guessed', 'x', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect([forwarded.status, forwarded.headers.get('retry-after')]).toEqual([429, '30']);
    expect((await signIn('ann', PASSWORD)).status).toBe(200);
  });

  it('F10: takes the same password in another normal form, and none beyond a kilobyte', async () => {
    await makeUser('norm', { password: 'gru\u0308\u00dfe an alle' });
    expect((await signIn('NORM', 'gr\u00fc\u00dfe an alle')).status).toBe(200);
    expect((await signIn('norm', 'x'.repeat(1025))).status).toBe(422);
  });

  it('F11: begins a new session each time and ends the one before, and logout ends it', async () => {
    const planted = `hookline-session=${'a'.repeat(43)}`;
    const first = await signIn('ann', PASSWORD, { cookie: planted });
    expect(cookieOf(first)).not.toBe(planted);
    const second = await signIn('ann', PASSWORD, { cookie: cookieOf(first) });
    const is = async (answer: Called): Promise<number> => (await ask('GET', '/v1/hooks', undefined, { cookie: cookieOf(answer), origin: null })).status;
    expect([await is(first), await is(second)]).toEqual([401, 200]);
    const out = await ask('DELETE', '/v1/session', undefined, { cookie: cookieOf(second) });
    expect([out.status, out.headers.get('set-cookie'), await is(second)]).toEqual([204, 'hookline-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax', 401]);
  });

  it('F11, F20: ends with another password, with the user, and after a week', async () => {
    const id = await makeUser('moe');
    const [here, there] = [await signIn('moe', PASSWORD), await signIn('moe', PASSWORD)];
    expect((await ask('POST', '/v1/session/password', { current_password: 'not it', password: 'another one' }, { cookie: cookieOf(here) })).status).toBe(422);
    rig.clock.move(1_000);
    const changed = await ask('POST', '/v1/session/password', { current_password: PASSWORD, password: 'another one' }, { cookie: cookieOf(here) });
    const is = async (answer: Called): Promise<number> => (await ask('GET', '/v1/hooks', undefined, { cookie: cookieOf(answer) })).status;
    expect([changed.status, await is(changed), await is(here), await is(there)]).toEqual([200, 200, 401, 401]);
    const { json } = await rig.call('GET', '/v1/audit?object_kind=user');
    expect(json.data[0]).toMatchObject({ action: 'user.update', object_id: id, actor: { token_id: null, user_id: id }, after: { secrets_changed: ['password'] } });
    rig.clock.move(7 * 24 * 3_600_000);
    expect(await is(changed)).toBe(401);
    const last = await signIn('moe', 'another one');
    await rig.call('DELETE', `/v1/users/${id}`);
    expect(await is(last)).toBe(401);
  });
});

describe('F13: a cookie changes something only from a page of ours', () => {
  const HOOK = { name: 'By cookie', events: ['click'], request: { type: 'http', url: 'https://crm.example.com/in' } };
  it('whatever the body calls itself', async () => {
    const cookie = cookieOf(await signIn('ann', PASSWORD));
    const made = await ask('POST', '/v1/hooks', HOOK, { cookie, headers: { 'sec-fetch-site': 'same-origin' } });
    expect(made.status).toBe(201);
    const { port } = new URL(origin);
    const foreign: readonly From[] = [
      { origin: null }, { origin: 'null' }, { origin: 'https://evil.example' }, { origin: `http://sub.127.0.0.1:${port}` }, { origin: 'http://127.0.0.1' }, { origin: `${origin}.evil.example` }, { headers: { 'sec-fetch-site': 'cross-site' } }, { headers: { 'sec-fetch-site': 'same-site' } },
      { origin: null, headers: { 'content-type': 'text/plain' } },
    ];
    for (const from of foreign) {
      for (const [method, target, body] of [['POST', '/v1/hooks', HOOK], ['PATCH', `/v1/hooks/${made.json.id}`, { name: 'x' }], ['DELETE', `/v1/hooks/${made.json.id}`, undefined], ['POST', `/v1/hooks/${made.json.id}/deactivate`, {}], ['DELETE', '/v1/session', undefined]] as const) {
        expect((await ask(method, target, body, { cookie, ...from })).status, `${method} ${target} ${JSON.stringify(from)}`).toBe(403);
      }
    }
    expect((await ask('GET', `/v1/hooks/${made.json.id}`, undefined, { cookie, origin: null })).json.name).toBe('By cookie');
    expect((await signIn('ann', PASSWORD, { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('F14: and no other origin reads an answer', async () => {
    const cookie = cookieOf(await signIn('ann', PASSWORD));
    const answer = await ask('GET', '/v1/hooks', undefined, { cookie, origin: 'https://evil.example' });
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('who signed in', () => {
  it('F20: a user who is no master looks', async () => {
    await makeUser('lou');
    const cookie = cookieOf(await signIn('lou', PASSWORD));
    expect((await ask('GET', '/v1/hooks', undefined, { cookie })).status).toBe(200);
    for (const [method, target] of [['POST', '/v1/hooks'], ['GET', '/v1/tokens'], ['POST', '/v1/users'], ['GET', '/v1/audit']]) expect((await ask(method as string, target as string, method === 'POST' ? {} : undefined, { cookie })).status).toBe(403);
  });

  it('F5: and sees no other account', async () => {
    const { json: hook } = await rig.call('POST', '/v1/hooks', { token: rig.other, body: { name: 'Theirs', events: ['click'], request: { type: 'http', url: 'https://crm.example.com/in' } } });
    const cookie = cookieOf(await signIn('ann', PASSWORD));
    expect((await ask('GET', `/v1/hooks/${hook.id}`, undefined, { cookie })).status).toBe(404);
    expect((await ask('GET', '/v1/hooks', undefined, { cookie, headers: { 'hookline-account': '2' } })).status).toBe(403);
  });

  it('a token goes before a cookie', async () => {
    const cookie = cookieOf(await signIn('ann', PASSWORD));
    expect((await ask('GET', '/v1/hooks', undefined, { cookie, headers: { authorization: 'Bearer hl_wrong' } })).status).toBe(401);
  });
});

describe('the page', () => {
  it('F16: comes with the strictest policy and is never kept; its parts are kept for ever', async () => {
    for (const screen of ['/', '/hooks/hok_1/edit', '/settings/users', '/sign-in']) {
      const page = await ask('GET', screen, undefined, { origin: null });
      expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'$/);
      expect([page.status, page.headers.get('cache-control'), page.headers.get('x-content-type-options'), page.text]).toEqual([200, 'no-store', 'nosniff', '<!doctype html><title>Hookline</title>']);
    }
    const part = await ask('GET', '/assets/a-1.js', undefined, { origin: null });
    expect([part.headers.get('cache-control'), part.headers.get('content-type')]).toEqual(['public, max-age=31536000, immutable', 'text/javascript; charset=utf-8']);
    for (const absent of ['/assets/a-2.js', '/assets/..%2f..%2fetc%2fpasswd', '/index.html.bak', '/elsewhere']) expect(await ask('GET', absent, undefined, { origin: null })).toMatchObject({ status: 404, json: { error: { code: 'not_found' } } });
  });
});
