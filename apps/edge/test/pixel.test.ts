import { HooklineError, type EventRow } from '@hookline/core';
import type { EventLog } from '@hookline/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';
import { rawHttp } from './raw-http.ts';
import { type Seen, visit, type VisitOptions } from './visitor-client.ts';

// bad-input.md B0–B15, B20–B24: pixels and beacons as visitors' browsers fire them.

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0';
const VISITOR = /^hl_[a-z0-9]+=([A-Za-z0-9_-]{22});/;

let rig: EdgeRig;
/** What the log's appends do: as they are, unless a test says otherwise. */
let failWith: HooklineError | null = null;
let sid: string;
beforeAll(async () => {
  rig = await openEdgeRig({
    deps: ({ log }) => ({
      logs: [Object.create(log, { append: { value: (request: Parameters<EventLog['append']>[0]) => (failWith === null ? log.append(request) : Promise.reject(failWith)) } }) as EventLog],
    }),
    config: { pixels: { readPlace: (address) => (address === '127.0.0.1' ? { country: '.fr', city: 'Lyon', region: 'Rhone', postal_code: '69001', tz: 'Europe/Paris', lat: 45.76, lon: 4.83 } : null) } },
  });
  sid = await makePixel(7, { domain: 'shop.example' });
});
afterAll(() => rig.close());

async function makePixel(id: number, more: object = {}, token = rig.admin): Promise<string> {
  const made = await rig.call('PUT', `/v1/pixels/${id}`, { token, body: { name: `Pixel ${id}`, database_id: 12, ...more } });
  expect(made.status).toBe(201);
  return made.json.sid;
}

const fire = (query: string, options: VisitOptions = {}): Promise<Seen> => visit(rig.server.url, `/pixel?i=${sid}${query}`, options);
const beacon = (body: string | object, headers: Record<string, string> = {}): Promise<Seen> => fire('', { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
const count = async (): Promise<number> => (await rig.events()).length;
const last = async (): Promise<EventRow> => (await rig.events()).at(-1) as EventRow;
const messageOf = (row: EventRow) => JSON.parse(`${row.base}}`) as Record<string, unknown> & { event_data: Record<string, unknown> };
const lastData = async (): Promise<Record<string, unknown>> => messageOf(await last()).event_data;

/** Refused: this status, not a byte of body, nothing recorded. */
async function refused(seen: Promise<Seen>, status: number): Promise<Seen> {
  const before = await count();
  const answer = await seen;
  expect([answer.status, answer.body.length]).toEqual([status, 0]);
  expect(await count()).toBe(before);
  return answer;
}

describe('managing pixels', () => {
  it('a pixel has a random sid that never changes, and its name is in the catalog', async () => {
    const made = await rig.call('PUT', '/v1/pixels/40', { body: { name: 'Shop', database_id: 12 } });
    expect(made).toMatchObject({ status: 201, json: { id: 40, name: 'Shop', database_id: 12, domain: null, active: true, version: 1, warnings: [{ path: '/database_id', code: 'not_in_catalog' }] } });
    expect(Buffer.from(made.json.sid, 'base64url').length).toBeGreaterThanOrEqual(12);
    const changed = await rig.call('PUT', '/v1/pixels/40', { body: { ...made.json, name: 'Shop 2', domain: 'SHOP.example', active: false }, headers: { 'if-match': '"1"' } });
    expect(changed).toMatchObject({ status: 200, json: { sid: made.json.sid, name: 'Shop 2', domain: 'shop.example', active: false, version: 2 } });
    expect((await rig.call('GET', '/v1/pixels/40')).json).toMatchObject({ sid: made.json.sid, version: 2 });
    expect((await rig.call('GET', '/v1/catalog/pixels/40')).json).toMatchObject({ name: 'Shop 2', database_id: 12 });
    expect((await rig.call('PUT', '/v1/pixels/40', { body: made.json, headers: { 'if-match': '"1"' } })).status).toBe(409);
    expect((await rig.call('GET', '/v1/pixels')).json.data.map((pixel: { id: number }) => pixel.id)).toEqual([7, 40]);
  });

  it('a name of the catalog keeps what else the catalog knows of it', async () => {
    await rig.call('PUT', '/v1/catalog/pixels/41', { body: { name: 'Old', subid: 'sub' } });
    await makePixel(41);
    expect((await rig.call('GET', '/v1/catalog/pixels/41')).json).toMatchObject({ name: 'Pixel 41', subid: 'sub' });
  });

  it.each([
    [{ database_id: 1 }, '/name'], [{ name: 'x' }, '/database_id'], [{ name: 'x', database_id: 0 }, '/database_id'], [{ name: 'x', database_id: 1, domain: 'https://shop.example' }, '/domain'],
    [{ name: 'x', database_id: 1, domain: 'shop.example:8080' }, '/domain'], [{ name: 'é'.repeat(513), database_id: 1 }, '/name'], [{ name: 'x', database_id: 1, colour: 'red' }, '/colour'],
  ])('refuses %j', async (body, path) => {
    expect(await rig.call('PUT', '/v1/pixels/42', { body })).toMatchObject({ status: 422, json: { error: { path } } });
  });

  it('is an account\'s own', async () => {
    expect((await rig.call('GET', '/v1/pixels/7', { token: rig.other })).status).toBe(404);
    expect((await rig.call('DELETE', '/v1/pixels/7', { token: rig.other })).status).toBe(404);
    expect((await rig.call('GET', '/v1/pixels/7', { token: null })).status).toBe(401);
    const reader = await rig.token({ scopes: ['events:write'] });
    expect((await rig.call('PUT', '/v1/pixels/7', { token: reader, body: { name: 'x', database_id: 1 } })).status).toBe(403);
  });
});

describe('a pixel that fires', () => {
  it('B2: answers 43 bytes of GIF once the event is durable', async () => {
    const before = await count();
    const seen = await fire('&t=open&goal=Checkout&value=-9.5&profile_id=p1', { headers: { 'user-agent': AGENT, referer: 'https://ann:secret@shop.example/cart?token=abc&step=2' } });
    expect([seen.status, seen.body.length, seen.body.subarray(0, 6).toString(), seen.headers['content-type'], seen.headers['cache-control'], seen.headers['content-length']]).toEqual([200, 43, 'GIF89a', 'image/gif', 'no-store', '43']);
    expect(await count()).toBe(before + 1);
    const row = await last();
    expect(row).toMatchObject({ accountId: 1, databaseId: 12, eventType: 'pixel', pixelId: 7, profileId: 'p1' });
    expect(messageOf(row)).toMatchObject({
      event_type: 'pixel', profile_id: 'p1', list_id: 12, account_id: 1, is_test: false,
      event_data: {
        pixel_id: 7, goal: 'Checkout', value: -9.5, goals: [{ goal: 'Checkout', value: -9.5 }], referer: 'https://shop.example/cart?step=2', ip: '127.0.0.1', country: '.fr', city: 'Lyon', region: 'Rhone', postal_code: '69001',
        tz: 'Europe/Paris', lat: 45.76, lon: 4.83, user_agent: AGENT, os: 'Linux', browser: 'Firefox', device: 'web',
      },
    });
  });

  it('B2: without durability there is no image', async () => {
    for (const code of ['store_unavailable', 'storage_full', 'overloaded'] as const) {
      failWith = new HooklineError(code, 'test');
      const answer = await refused(fire(''), 503).finally(() => (failWith = null));
      expect(answer.headers['retry-after']).toBe('1');
    }
    expect((await fire('')).status).toBe(200);
    expect((await rig.call('GET', '/metrics')).text).toContain('\nedge_unaccepted_total 3\n');
  });

  it('B1: unknown, switched off and deleted are the same 404', async () => {
    await rig.call('PUT', '/v1/pixels/50', { body: { name: 'off', database_id: 1, active: true } });
    const off = (await rig.call('PUT', '/v1/pixels/50', { body: { name: 'off', database_id: 1, active: false } })).json.sid;
    const gone = await makePixel(51);
    expect((await fire('')).status).toBe(200);
    expect((await rig.call('DELETE', '/v1/pixels/51')).status).toBe(204);
    const heads = await Promise.all(['A'.repeat(24), off, gone, 'x', '%F0%9F%98%80'].map(async (id) => {
      const [answer] = await rawHttp(rig.server.port, `GET /pixel?i=${id} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      return [answer?.status, answer?.head.replace(/^date:.*$/im, ''), answer?.body];
    }));
    expect(heads[0]?.[0]).toBe(404);
    expect(heads.every((head) => JSON.stringify(head) === JSON.stringify(heads[0]))).toBe(true);
    expect(await makePixel(51)).not.toBe(gone);
  });

  it('B3: HEAD does not record; ranges and validators change nothing', async () => {
    const before = await count();
    const head = await fire('', { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.headers['content-type'], head.body.length]).toEqual([200, '43', 'image/gif', 0]);
    expect(await count()).toBe(before);
    for (const headers of [{ range: 'bytes=0-3' }, { 'if-none-match': '*' }, { 'if-modified-since': 'Mon, 01 Jan 2035 00:00:00 GMT' }]) {
      const seen = await fire('', { headers });
      expect([seen.status, seen.body.length]).toEqual([200, 43]);
    }
    expect(await count()).toBe(before + 3);
    await refused(fire('', { method: 'PUT' }), 405);
    await refused(fire('', { method: 'DELETE' }), 405);
  });

  it.each([{ 'sec-purpose': 'prefetch' }, { 'sec-purpose': 'prefetch;prerender' }, { purpose: 'prefetch' }, { 'x-moz': 'prefetch' }])('B4: what is fetched ahead is not recorded: %j', async (headers) => {
    await refused(fire('', { headers }), 204);
    await refused(fire('', { method: 'POST', headers, body: '{}' }), 204);
  });

  it('B5: the query is read once and strictly', async () => {
    await refused(fire(`&x=${'y'.repeat(8 * 1024)}`), 414);
    await refused(fire(Array.from({ length: 1_000 }, (_, n) => `&p${n}=1`).join('')), 400);
    await refused(fire('&e=a&e=b'), 400);
    await refused(fire('&goal=a&go%61l=b'), 400);
    await refused(visit(rig.server.url, '/pixel?t=open'), 400);
    await refused(visit(rig.server.url, '/pixel'), 400);
    expect((await fire('&e[]=1&e[__proto__]=x&__proto__=y&constructor=z&e.a.b=2&toString=3&goal=ok')).status).toBe(200);
    expect(Object.keys(await lastData())).not.toContain('__proto__');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((await fire('&&flag&=x')).status).toBe(200);
  });

  it('B6: escapes are decoded once; what is no UTF-8 is refused', async () => {
    for (const broken of ['%00', '%zz', '%C0%80', '%ED%A0%80', '%', '%4', '%ff']) await refused(fire(`&goal=${broken}`), 400);
    await refused(fire('&unknown=%zz'), 400);
    expect((await fire('&goal=a+b%20c%2Bd%2520')).status).toBe(200);
    expect((await lastData())['goal']).toBe('a b c+d%20');
  });

  it.each(['Купить! 100% €', 'a\tb', "!#$%&*+-.,:;'=?@^_()[]/\\|", 'Ünïcode', 'x'.repeat(128)])('a goal may be called %j', async (goal) => {
    expect((await fire(`&goal=${encodeURIComponent(goal)}`)).status).toBe(200);
    expect(await lastData()).toMatchObject({ goal, goals: [{ goal }] });
  });

  it.each(['x'.repeat(129), '<b>', '"', '{}', '中文', 'a\nb', '~', '`'])('a goal may not be called %j', async (goal) => {
    await refused(fire(`&goal=${encodeURIComponent(goal)}`), 400);
  });

  it('values are numbers', async () => {
    for (const value of ['1', '-1.5', '+2', '1e3', '.5', '0']) {
      expect((await fire(`&goal=g&value=${encodeURIComponent(value)}`)).status).toBe(200);
      expect(await lastData()).toMatchObject({ value: Number(value), goals: [{ goal: 'g', value: Number(value) }] });
    }
    for (const value of ['abc', '1,5', '0x10', '1e999', 'NaN', 'Infinity', '1 2', '--1']) await refused(fire(`&goal=g&value=${encodeURIComponent(value)}`), 400);
    expect((await fire('&value=3')).status).toBe(200);
    expect(await lastData()).toMatchObject({ value: 3 });
    expect(Object.keys(await lastData())).not.toContain('goals');
  });

  it('other kinds of event are no pixel', () => refused(fire('&t=click'), 400));

  it('a campaign\'s marks come from the page or by themselves', async () => {
    const page = 'https://shop.example/x?utm_source=news&utm_medium=email&utm_term=%D0%BA&other=1';
    expect((await fire(`&url=${encodeURIComponent(page)}&utm_source=own`)).status).toBe(200);
    expect(await lastData()).toMatchObject({ url: page, utm: { source: 'own', medium: 'email', keyword: 'к' } });
  });

  it('B15: addresses of pages are kept without secrets', async () => {
    const url = 'https://u:p@shop.example/a?Access_Token=1&x=1&pass%77ord=2#token=3';
    expect((await fire(`&url=${encodeURIComponent(url)}`, { headers: { referer: 'https://x@other.example/?sid=1' } })).status).toBe(200);
    expect(await lastData()).toMatchObject({ url: 'https://shop.example/a?x=1', referer: 'https://other.example/' });
    expect((await fire('&url=nonsense&referer=https%3A%2F%2Fgiven.example%2F', { headers: { referer: 'https://header.example/' } })).status).toBe(200);
    expect(await lastData()).toMatchObject({ referer: 'https://given.example/' });
    expect(Object.keys(await lastData())).not.toContain('url');
  });

  it('B14: a user agent of any kind', async () => {
    const emoji = Buffer.from('Béta/1 😀').toString('latin1');
    const agents: [string, unknown][] = [['x'.repeat(8_000), 'x'.repeat(1_024)], [emoji, 'Béta/1 😀'], ['', undefined], [Buffer.from('é'.repeat(600)).toString('latin1'), 'é'.repeat(511)]];
    for (const [sent, kept] of agents) {
      const [answer] = await rawHttp(rig.server.port, Buffer.from(`GET /pixel?i=${sid} HTTP/1.1\r\nHost: x\r\nUser-Agent: ${sent}\r\nConnection: close\r\n\r\n`, 'latin1'));
      expect(answer?.status).toBe(200);
      expect((await lastData())['user_agent']).toBe(kept);
    }
  });
});

describe('a beacon', () => {
  it.each(['text/plain', 'text/plain;charset=UTF-8', 'application/json', 'application/x-www-form-urlencoded', null])('B7: JSON as %s', async (type) => {
    const before = await count();
    const seen = await beacon({ goal: 'beacon', n: undefined, extra: [1] }, type === null ? {} : { 'content-type': type });
    expect([seen.status, seen.body.length]).toEqual([204, 0]);
    expect(await count()).toBe(before + 1);
    expect(await lastData()).toMatchObject({ goal: 'beacon' });
  });

  it('carries goals, data and marks, exactly', async () => {
    const text = '{"goals":[{"goal":"a","value":1.50},{"goal":"b"}],"pixel_data":{"n":1.0,"big":9007199254740993,"t":"x"},"utm":{"source":"s","unknown":"u"},"url":"https://shop.example/p","email":" Ann@Example.net ","send_message_id":"m-1"}';
    expect((await beacon(text)).status).toBe(204);
    const row = await last();
    expect(row.base).toContain('"pixel_data":{"n":1.0,"big":9007199254740993,"t":"x"}');
    expect(row.contentRef).toBe('m-1');
    expect(messageOf(row)).toMatchObject({ _md5: expect.stringMatching(/^[0-9a-f]{32}$/), _xxh: expect.stringMatching(/^[0-9a-f]{16}$/), event_data: { goals: [{ goal: 'a', value: 1.5 }, { goal: 'b' }], utm: { source: 's' }, send_message_id: 'm-1' } });
    expect(messageOf(row).event_data['goal']).toBeUndefined();
    expect(row.base).not.toContain('Example.net');
  });

  it('without a body fires what the query says', async () => {
    expect((await visit(rig.server.url, `/pixel?i=${sid}&goal=query`, { method: 'POST' })).status).toBe(204);
    expect(await lastData()).toMatchObject({ goal: 'query' });
  });

  it('that cannot be read is refused', async () => {
    for (const body of ['{', 'goal=x&value=1', '[]', '"x"', 'null', '{"a":1,"a":2}', '\ufeff{}', `${'['.repeat(40)}${']'.repeat(40)}`]) await refused(beacon(body), 400);
    await refused(fire('', { method: 'POST', body: Buffer.from('{"goal":"\xff"}', 'latin1') }), 400);
    await refused(beacon({ x: 'y'.repeat(64 * 1024) }), 413);
    await refused(beacon({}, { 'content-type': 'image/png' }), 415);
    await refused(beacon({}, { 'content-type': 'text/plain;charset=utf-16' }), 415);
    await refused(beacon({}, { 'content-encoding': 'gzip' }), 415);
  });

  it.each([
    { goal: 1 }, { value: {} }, { goals: {} }, { goals: [{}] }, { goals: Array.from({ length: 51 }, () => ({ goal: 'g' })) }, { pixel_data: [] }, { pixel_data: { a: { b: 1 } } }, { pixel_data: { a: [1] } }, { pixel_data: { a: 'x'.repeat(1_024) } },
    { utm: [] }, { utm: { source: 1 } }, { profile_id: 'x'.repeat(129) }, { profile_id: 'a\u0000' }, { n: 'x'.repeat(129) }, { consent: 'yes' }, { t: 'close' },
  ])('with %j is refused', async (body) => {
    await refused(beacon(body), 400);
  });
});

describe('who may read an answer', () => {
  const allow = (seen: Seen) => [seen.headers['access-control-allow-origin'], seen.headers['access-control-allow-credentials'], seen.headers['vary']];

  it('B9: anybody, without credentials', async () => {
    for (const headers of [{}, { origin: 'null' }, { origin: 'https://elsewhere.example' }]) expect(allow(await fire('', { headers }))).toEqual(['*', undefined, 'Origin']);
  });

  it('B9: pages of the pixel\'s own domain with credentials', async () => {
    for (const origin of ['https://shop.example', 'https://www.shop.example']) {
      expect(allow(await fire('', { headers: { origin } }))).toEqual([origin, 'true', 'Origin']);
      expect(allow(await fire('', { method: 'POST', headers: { origin }, body: '{}' }))).toEqual([origin, 'true', 'Origin']);
    }
  });

  it.each(['https://shop.example.evil.com', 'https://evilshop.example', 'http://shop.example', 'https://shop.example:8443', 'https://shop.example.', 'https://user@shop.example', 'https://shop.example/', 'HTTPS://shop.example'])('B10: %s is not echoed', async (origin) => {
    expect(allow(await fire('', { headers: { origin } }))).toEqual(['*', undefined, 'Origin']);
  });

  it('B9: a preflight allows what a beacon needs, for two hours', async () => {
    const seen = await refused(fire('', { method: 'OPTIONS', headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-custom' } }), 204);
    expect(allow(seen)).toEqual(['https://shop.example', 'true', 'Origin']);
    expect(seen.headers['access-control-allow-headers']).not.toContain('x-custom');
    expect(seen.headers['access-control-max-age']).toBe('7200');
    expect(allow(await fire('', { method: 'OPTIONS', headers: { origin: 'https://elsewhere.example' } }))).toEqual(['*', undefined, 'Origin']);
  });
});

describe('the visitor\'s cookie', () => {
  it('B11: is set with consent only', async () => {
    expect((await fire('')).cookie).toBeNull();
    expect((await fire('&consent=0')).cookie).toBeNull();
    const seen = await fire('&consent=1');
    expect(seen.cookie).toMatch(VISITOR);
    expect((await fire('', { method: 'POST', body: '{"consent":true}' })).cookie).toMatch(VISITOR);
  });

  it('B11: is first-party in the pixel\'s domain, partitioned elsewhere, and lasts 400 days at most', async () => {
    const attributes = async (host: string) => (await fire('&consent=1', { headers: { host } })).cookie?.split('; ').slice(1).sort();
    const own = ['HttpOnly', 'Max-Age=34560000', 'Path=/', 'SameSite=Lax', 'Secure'];
    const foreign = ['HttpOnly', 'Max-Age=34560000', 'Partitioned', 'Path=/', 'SameSite=None', 'Secure'];
    expect(await attributes('shop.example')).toEqual(own);
    expect(await attributes('pxl.shop.example:8443')).toEqual(own);
    expect(await attributes('evilshop.example')).toEqual(foreign);
    expect(await attributes('hookline.example')).toEqual(foreign);
  });

  it.each([{ dnt: '1' }, { 'sec-gpc': '1' }, { 'sp-anonymous': '*' }, { 'hookline-anonymous': '1' }])('B11: is not set, and taken away where it is, for %j', async (headers) => {
    expect((await fire('&consent=1', { headers })).cookie).toBeNull();
    const cookie = (await fire('&consent=1')).cookie?.split(';', 1)[0] as string;
    const seen = await fire('&consent=1', { headers: { ...headers, cookie, host: 'shop.example' } });
    expect(seen.cookie).toMatch(/^hl_[a-z0-9]+=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    const data = await lastData();
    expect([data['ip'], data['city'], data['lat'], data['country']]).toEqual([undefined, undefined, undefined, '.fr']);
  });

  it('B12: one that comes back stays the same visitor; what is no id of ours is another', async () => {
    const [name, value] = ((await fire('&consent=1')).cookie ?? '').replace(/;.*/s, '').split('=') as [string, string];
    const again = async (cookie: string): Promise<string | undefined> => VISITOR.exec((await fire('&consent=1', { headers: { cookie } })).cookie ?? '')?.[1];
    expect(await again(`other=1; ${name}=${value}; ${name}=${'B'.repeat(22)}`)).toBe(value);
    for (const odd of ['', 'short', 'x'.repeat(23), `${'x'.repeat(21)}!`, 'x'.repeat(8_000), '%00', 'a;b', '\u00ff'.repeat(22)]) {
      const renewed = await again(`${name}=${odd}`);
      expect(renewed).toMatch(/^[A-Za-z0-9_-]{22}$/);
      expect(renewed).not.toBe(odd);
    }
  });

  it('B8: of another domain is not this one\'s', async () => {
    const otherSid = await makePixel(60, { domain: 'shop.example' }, rig.other);
    const theirs = (await visit(rig.server.url, `/pixel?i=${otherSid}&consent=1`, { headers: { host: 'shop.example' } })).cookie?.split(';', 1)[0] as string;
    const mine = (await fire('&consent=1', { headers: { cookie: theirs, host: 'shop.example' } })).cookie;
    expect(mine?.split('=')[0]).not.toBe(theirs.split('=')[0]);
    expect(VISITOR.exec(mine ?? '')?.[1]).not.toBe(theirs.split('=')[1]);
  });
});

describe('the same hit again', () => {
  const cookieOf = (seen: Seen): string => seen.cookie?.split(';', 1)[0] as string;

  it('B21: with a nonce is one event, without it many', async () => {
    const before = await count();
    const answers = await Promise.all(Array.from({ length: 100 }, () => fire('&n=same')));
    expect(new Set(answers.map((seen) => `${seen.status}/${seen.body.length}`))).toEqual(new Set(['200/43']));
    expect(await count()).toBe(before + 1);
    await Promise.all(Array.from({ length: 100 }, () => fire('')));
    expect(await count()).toBe(before + 101);
  });

  it('B21: is the same event whether the first answer\'s cookie arrived or not', async () => {
    const before = await count();
    const first = await fire('&n=retry&consent=1');
    const second = await fire('&n=retry&consent=1');
    const third = await fire('&n=retry&consent=1', { headers: { cookie: cookieOf(first) } });
    expect([cookieOf(second), cookieOf(third)]).toEqual([cookieOf(first), cookieOf(first)]);
    expect(await count()).toBe(before + 1);
  });

  it('B22: a nonce belongs to its visitor, pixel and account', async () => {
    const before = await count();
    await fire('&n=mine', { headers: { 'user-agent': 'attacker' } });
    await fire('&n=mine', { headers: { 'user-agent': AGENT } });
    const visitor = cookieOf(await fire('&consent=1'));
    await fire('&n=mine', { headers: { cookie: visitor, 'user-agent': AGENT } });
    await fire('&n=mine', { headers: { cookie: visitor, 'user-agent': 'another browser, same cookie' } });
    const second = await makePixel(61, { domain: 'shop.example' });
    await visit(rig.server.url, `/pixel?i=${second}&n=mine`, { headers: { cookie: visitor } });
    expect(await count()).toBe(before + 5);
  });
});

describe('too much', () => {
  it('B24, B12: too many headers, or too large ones, are 431 without a body', async () => {
    const [large] = await rawHttp(rig.server.port, `GET /pixel?i=${sid} HTTP/1.1\r\nHost: x\r\nCookie: ${'c'.repeat(17 * 1024)}\r\n\r\n`);
    const [many] = await rawHttp(rig.server.port, `GET /pixel?i=${sid} HTTP/1.1\r\nHost: x\r\n${'Cookie: a=b\r\n'.repeat(150)}\r\n`);
    expect([large?.status, large?.body, many?.status, many?.body]).toEqual([431, '', 431, '']);
  });

  it('B20: one address is stopped at one pixel, and nobody else is', async () => {
    const limited = await openEdgeRig({ config: { pixels: { hitsPerSecond: 10, trustedProxies: ['127.0.0.1'] } } });
    try {
      const make = async (id: number): Promise<string> => (await limited.call('PUT', `/v1/pixels/${id}`, { body: { name: 'p', database_id: 1 } })).json.sid;
      const [one, two] = [await make(1), await make(2)];
      const hit = (target: string, address: string) => visit(limited.server.url, `/pixel?i=${target}`, { headers: { 'x-forwarded-for': address } });
      const flood = await Promise.all(Array.from({ length: 60 }, () => hit(one, '192.0.2.1')));
      const turnedAway = flood.filter((seen) => seen.status === 429);
      expect(turnedAway.length).toBeGreaterThan(20);
      expect(turnedAway.every((seen) => seen.body.length === 0 && seen.headers['retry-after'] === '1')).toBe(true);
      expect((await limited.events()).length).toBe(60 - turnedAway.length);
      expect([(await hit(two, '192.0.2.1')).status, (await hit(one, '192.0.2.2')).status]).toEqual([200, 200]);
      limited.clock.move(2_000);
      expect((await hit(one, '192.0.2.1')).status).toBe(200);
    } finally {
      await limited.close();
    }
  });

  it('B23: whoever tries sids is stopped', async () => {
    const tried = await openEdgeRig();
    try {
      const answers = await Promise.all(Array.from({ length: 400 }, (_, n) => visit(tried.server.url, `/pixel?i=${String(n).padStart(24, 'A')}`)));
      const statuses = new Set(answers.map((seen) => `${seen.status}/${seen.body.length}`));
      expect(statuses).toEqual(new Set(['404/0', '429/0']));
    } finally {
      await tried.close();
    }
  });
});
