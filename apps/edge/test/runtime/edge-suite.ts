import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawHttp } from '../raw-http.ts';
import { type Seen, visit, type VisitOptions } from '../visitor-client.ts';
import type { RuntimeProcess } from '@hookline/runtimes';
import { ADMIN, type KnownGaps, PLATFORM } from './runtimes.ts';

// The same black box for every runtime: it knows a URL and a token, and nothing else. A case that a runtime cannot pass is a known gap with its reason; a gap that starts
// to pass fails the suite, so that the list stays true.

export interface EdgeHarness {
  /** Starts the edge anew on the same data. */
  start(): Promise<RuntimeProcess>;
  readonly gaps: KnownGaps;
}

const CLICK = { event_type: 'click', event_date: '2026-02-03T04:05:06.123456789Z', list_id: 12, event_data: { campaign_id: 41 } };
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0';
const TARGET = "https://shop.example/x?a=1&b=it's";

export function edgeSuite(harness: EdgeHarness): void {
  const claimed = new Set<string>();
  /** A case with an id by which it can be a gap. */
  const check = (id: string, title: string, run: () => Promise<void>): void => {
    claimed.add(id);
    const gap = harness.gaps[id];
    if (gap === undefined) it(title, run);
    else
      it(`${title} (known gap: ${gap.reason})`, async () => {
        const isFilled = await run().then(() => true, () => false);
        expect(isFilled, `${id} is no gap any more: take it off the list`).toBe(false);
      });
  };

  let edge: RuntimeProcess;
  let receiver: Server;
  let received: { readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }[];
  let sid: string;
  beforeAll(async () => {
    edge = await harness.start();
    received = [];
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        received.push({ headers: request.headers, body });
        response.end('ok');
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    sid = (await call('PUT', '/v1/pixels/7', { name: 'Shop', database_id: 12, domain: 'shop.example' })).json.sid;
  });
  afterAll(async () => {
    receiver.close();
    await edge.end('SIGKILL');
  });

  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  type Called = { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: any };
  async function call(method: string, target: string, body?: unknown, headers: Record<string, string> = {}, token: string | null = ADMIN): Promise<Called> {
    const sent = body === undefined ? undefined : typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData || body instanceof ReadableStream ? body : JSON.stringify(body);
    const isJson = sent !== undefined && !(body instanceof FormData) && headers['content-type'] === undefined;
    const response = await fetch(`${edge.url}${target}`, {
      method, headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers }, ...(sent === undefined ? {} : { body: sent, duplex: 'half' }),
    } as RequestInit);
    const text = await response.text();
    const json = text !== '' && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, json };
  }
  const ingest = (body: unknown, headers: Record<string, string> = {}): Promise<Called> => call('POST', '/v1/events', body, headers);
  const fire = (query: string, options: VisitOptions = {}): Promise<Seen> => visit(edge.url, `/pixel?i=${sid}${query}`, options);
  const eventOf = async (id: string) => (await call('GET', `/v1/events/${id}`)).json?.event;
  const isStored = async (id: string): Promise<boolean> => (await call('GET', `/v1/events/${id}`)).status === 200;
  const newId = (): string => `case-${claimed.size}-${Math.random().toString(36).slice(2)}`;

  describe('events', () => {
    check('ready', 'it is ready, and says what it is', async () => {
      expect(await call('GET', '/readyz', undefined, {}, null)).toMatchObject({ status: 200, json: { status: 'ready' } });
      expect((await call('GET', '/livez', undefined, {}, null)).status).toBe(200);
      expect((await call('GET', '/openapi.json', undefined, {}, null)).json.paths['/pixel']).toBeDefined();
      expect((await call('GET', '/metrics', undefined, {}, null)).text).toContain('edge_unaccepted_total 0');
    });

    check('ingest', 'single, array and NDJSON are taken, and found again exactly', async () => {
      const [one, two, three] = [newId(), newId(), newId()];
      const raw = `{"event_type":"click","event_date":"2026-02-03T04:05:06Z","event_id":"${one}","event_data":{"big":9007199254740993,"n":1.50,"t":"é😀\\u0000"}}`;
      expect(await ingest(raw)).toMatchObject({ status: 202, json: { accepted: 1, duplicates: 0, rejected: 0, items: [] } });
      expect((await call('GET', `/v1/events/${one}`)).text).toContain('{"big":9007199254740993,"n":1.50,"t":"é😀\\u0000"}');
      expect(await ingest([{ ...CLICK, event_id: two }, { ...CLICK, event_type: 'nope' }, { ...CLICK, event_id: one }])).toMatchObject({ status: 202, json: { accepted: 1, duplicates: 1, rejected: 1 } });
      const lines = await call('POST', '/v1/events?verbose=1', `${JSON.stringify({ ...CLICK, event_id: three })}\n{"broken\n${JSON.stringify(CLICK)}`, { 'content-type': 'application/x-ndjson' });
      expect(lines).toMatchObject({ status: 202, json: { accepted: 2, rejected: 1 } });
      expect(await eventOf(three)).toMatchObject({ list_id: 12, account_id: 1, event_data: { campaign_id: 41 } });
      expect((await eventOf(lines.json.items[2].event_id)).event_type).toBe('click');
    });

    check('ingest-parallel', 'a hundred at once are each taken once', async () => {
      const ids = Array.from({ length: 100 }, newId);
      const answers = await Promise.all(ids.map((id) => ingest({ ...CLICK, event_id: id })));
      expect(new Set(answers.map(({ status, json }) => `${status}/${json.accepted}`))).toEqual(new Set(['202/1']));
      expect((await ingest(ids.map((id) => ({ ...CLICK, event_id: id })))).json).toMatchObject({ accepted: 0, duplicates: 100 });
      const same = newId();
      const copies = await Promise.all(Array.from({ length: 20 }, () => ingest({ ...CLICK, event_id: same })));
      expect(copies.reduce((sum, { json }) => sum + json.accepted, 0)).toBe(1);
    });

    check('idempotency', 'a whole request is taken once', async () => {
      const headers = { 'idempotency-key': newId() };
      const body = [{ ...CLICK, event_id: newId() }, CLICK];
      const first = await ingest(body, headers);
      const again = await ingest(body, headers);
      expect([first.status, first.headers.get('idempotent-replay'), again.status, again.headers.get('idempotent-replay'), again.text]).toEqual([202, null, 202, 'true', first.text]);
      expect((await ingest([CLICK], headers)).status).toBe(422);
    });

    check('ingest-refused', 'what cannot be read is refused, and what may not be', async () => {
      expect((await ingest('{"a":')).status).toBe(400);
      expect((await ingest(Buffer.from('{"a":"\xff"}', 'latin1'))).status).toBe(400);
      expect((await ingest(`{"a":${'['.repeat(100_000)}`)).status).toBe(400);
      expect((await ingest({ ...CLICK, unknown: 1 })).status).toBe(422);
      expect((await ingest('x', { 'content-type': 'image/png' })).status).toBe(415);
      expect((await call('POST', '/v1/events', CLICK, {}, 'hl_wrong')).status).toBe(401);
      expect((await call('POST', '/v1/nothing', CLICK)).status).toBe(404);
      expect((await call('DELETE', '/v1/events')).status).toBe(405);
      expect((await call('GET', '/v1/hooks?nope=1')).status).toBe(422);
    });

    check('body-limit', 'a body that is too large is refused, with a length and without', async () => {
      const large = 'x'.repeat(5 * 1024 * 1024 + 1);
      expect((await ingest(large)).status).toBe(413);
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < large.length; at += 65_536) controller.enqueue(Buffer.from(large.slice(at, at + 65_536)));
          controller.close();
        },
      });
      expect((await ingest(stream)).status).toBe(413);
      expect((await ingest({ ...CLICK, event_id: newId() })).status).toBe(202);
    });

    check('gzip', 'gzip is taken, and a bomb is not', async () => {
      expect((await ingest(gzipSync(JSON.stringify(CLICK)), { 'content-encoding': 'gzip' })).status).toBe(202);
      expect((await ingest(gzipSync('x'.repeat(50 * 1024 * 1024)), { 'content-encoding': 'gzip' })).status).toBe(413);
      expect((await ingest('no gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
      expect((await ingest(gzipSync('{}'), { 'content-encoding': 'gzip, gzip' })).status).toBe(415);
    });
    check('deflate', 'deflate is taken', async () => expect((await ingest(deflateSync(JSON.stringify(CLICK)), { 'content-encoding': 'deflate' })).status).toBe(202));
    check('brotli', 'br is taken', async () => expect((await ingest(brotliCompressSync(JSON.stringify(CLICK)), { 'content-encoding': 'br' })).status).toBe(202));
    check('zstd', 'zstd is taken', async () => expect((await ingest(zstdCompressSync(JSON.stringify(CLICK)), { 'content-encoding': 'zstd' })).status).toBe(202));
  });

  describe('the rest of the API', () => {
    check('accounts', 'accounts and tokens are made, and keep to themselves', async () => {
      expect((await call('PUT', '/v1/accounts/77', { name: 'Seventy-seven' }, {}, PLATFORM)).status).toBe(201);
      const token = (await call('POST', '/v1/accounts/77/tokens', { name: 't', scopes: ['events:write', 'catalog:write'] }, {}, PLATFORM)).json.token;
      const id = newId();
      expect((await call('POST', '/v1/events', { ...CLICK, event_id: id }, {}, token)).status).toBe(202);
      expect([(await call('GET', `/v1/events/${id}`, undefined, {}, token)).status, await isStored(id)]).toEqual([200, false]);
      expect((await call('GET', '/v1/pixels/7', undefined, {}, token)).status).toBe(404);
    });

    check('catalog', 'names, profiles and content are kept', async () => {
      expect((await call('PUT', '/v1/catalog/mailings/41', { name: 'Ünïcode "Nämé"' })).status).toBe(201);
      expect((await call('GET', '/v1/catalog/mailings/41')).json.name).toBe('Ünïcode "Nämé"');
      expect((await call('PUT', '/v1/databases/12/profiles/p1', '{"fields":{"n":1.50}}')).status).toBe(201);
      expect((await call('GET', '/v1/databases/12/profiles/p1')).text).toContain('{"n":1.50}');
      expect((await call('DELETE', '/v1/databases/12/profiles/p1')).status).toBe(204);
      const lines = Array.from({ length: 300 }, (_, n) => JSON.stringify({ profile_id: `bulk-${n}`, fields: { n } })).join('\n');
      expect((await call('POST', '/v1/databases/12/profiles', lines, { 'content-type': 'application/x-ndjson' })).json).toMatchObject({ accepted: 300, rejected: 0 });
      expect((await call('PUT', '/v1/content/m-1', { subject: 'x' })).status).toBeLessThan(300);
      expect((await call('PUT', '/v1/content/m-1', { subject: 'y' })).status).toBe(409);
    });

    const hook = (request: object): object => ({ name: 'Runtime', active: false, events: ['click'], request });
    check('hooks', 'hooks are made, changed and removed, and their secrets stay in', async () => {
      const made = await call('POST', '/v1/hooks', hook({ type: 'http', url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`, auth: { type: 'bearer', token: 'canary' } }));
      expect([made.status, made.text.includes('canary')]).toEqual([201, false]);
      expect((await call('PATCH', `/v1/hooks/${made.json.id}`, { name: 'Renamed' }, { 'if-match': '"1"' })).json).toMatchObject({ name: 'Renamed', version: 2 });
      expect((await call('PATCH', `/v1/hooks/${made.json.id}`, { name: 'x' }, { 'if-match': '"1"' })).status).toBe(409);
      expect((await call('POST', `/v1/hooks/${made.json.id}/activate`)).json.active).toBe(true);
      expect((await call('GET', `/v1/hooks/${made.json.id}/lane`)).status).toBe(200);
      expect((await call('DELETE', `/v1/hooks/${made.json.id}`)).status).toBe(204);
    });

    check('test-http', 'the test tool sends over HTTP', async () => {
      const draft = hook({ type: 'http', url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`, auth: { type: 'bearer', token: 'canary' }, success_pattern: '^ok$' });
      expect((await call('POST', '/v1/hooks/test', { hook: draft, event_type: 'click' })).json).toMatchObject({ outcome: 'delivered' });
      expect(received.at(-1)).toMatchObject({ headers: { authorization: 'Bearer canary' }, body: expect.stringMatching(/^\[\{.*"event_type":"click"/) });
    });

    check('test-broker', 'the test tool dials a broker', async () => {
      const draft = hook({ type: 'rabbitmq_queue', host: '127.0.0.1', port: (receiver.address() as AddressInfo).port, username: 'u', password: 'p', queue: 'q' });
      const { json } = await call('POST', '/v1/hooks/test', { hook: draft, event_type: 'click' });
      expect(json.outcome).toBe('failed');
      expect(json.message).not.toContain('cannot reach brokers');
    });

    check('address-policy', 'an address inside is no destination', async () => {
      expect((await call('POST', '/v1/hooks/test', { hook: hook({ type: 'http', url: 'https://10.0.0.1/' }), event_type: 'click' })).status).toBe(422);
    });
  });

  describe('visitors', () => {
    check('pixel', 'a pixel is 43 bytes once the event is durable', async () => {
      const before = Number(/hookline_edge_events_total\{result="accepted"\} (\d+)/.exec((await call('GET', '/metrics', undefined, {}, null)).text)?.[1] ?? 0);
      const seen = await fire('&goal=Checkout&value=9.5&profile_id=p1', { headers: { 'user-agent': AGENT } });
      expect([seen.status, seen.body.length, seen.headers['content-type'], seen.headers['cache-control']]).toEqual([200, 43, 'image/gif', 'no-store']);
      const after = Number(/hookline_edge_events_total\{result="accepted"\} (\d+)/.exec((await call('GET', '/metrics', undefined, {}, null)).text)?.[1] ?? 0);
      expect(after).toBe(before + 1);
    });

    check('pixel-event', 'what is recorded says who it was: address, browser, goals', async () => {
      const [hook, id] = [await call('POST', '/v1/hooks', { name: 'Dry', active: false, events: ['pixel'], request: { type: 'http', url: 'https://crm.example.com/' } }), newId()];
      expect(hook.status).toBe(201);
      await fire(`&goal=${id}&value=9.5`, { headers: { 'user-agent': AGENT, referer: 'https://u:p@shop.example/?token=1&x=2', 'x-forwarded-for': '198.51.100.7' } });
      const run = await call('POST', '/v1/hooks/dry-run', { hook: { name: 'Dry', events: ['pixel'], request: { type: 'http', url: 'https://crm.example.com/' } }, limit: 500 });
      expect(run.text).toContain(id);
      const data = JSON.parse(run.json.data.find((row: { body?: string }) => row.body?.includes(id)).body).event_data;
      expect(data).toMatchObject({ pixel_id: 7, goal: id, value: 9.5, goals: [{ goal: id, value: 9.5 }], referer: 'https://shop.example/?x=2', user_agent: AGENT, browser: 'Firefox', os: 'Linux', device: 'web', ip: '127.0.0.1' });
    });

    check('pixel-head', 'HEAD, ranges and prefetch', async () => {
      const head = await fire('', { method: 'HEAD' });
      expect([head.status, head.body.length, head.headers['content-type'], head.headers['content-length']]).toEqual([200, 0, 'image/gif', '43']);
      expect([(await fire('', { headers: { range: 'bytes=0-1' } })).status, (await fire('', { headers: { 'if-none-match': '*' } })).status, (await fire('', { headers: { 'sec-purpose': 'prefetch' } })).status]).toEqual([200, 200, 204]);
    });

    check('pixel-refused', 'refusals have no body', async () => {
      const answers = await Promise.all([
        fire('&goal=%zz'), fire('&a=1&a=2'), visit(edge.url, '/pixel'), visit(edge.url, `/pixel?i=${'A'.repeat(24)}`), fire('', { method: 'PUT' }), fire('', { method: 'POST', body: '{' }), fire('', { method: 'POST', body: '{}', headers: { 'content-type': 'image/png' } }),
        fire('', { method: 'POST', body: JSON.stringify({ x: 'y'.repeat(70_000) }) }), visit(edge.url, `/r/${sid}?u=https%3A%2F%2Fevil.com`), visit(edge.url, '/r/'),
      ]);
      expect(answers.map(({ status, body }) => [status, body.length])).toEqual([400, 400, 400, 404, 405, 400, 415, 413, 400, 404].map((status) => [status, 0]));
    });

    check('beacon', 'a beacon under any name', async () => {
      for (const type of ['text/plain;charset=UTF-8', 'application/json', 'application/x-www-form-urlencoded']) expect((await fire('', { method: 'POST', body: '{"goal":"b"}', headers: { 'content-type': type } })).status).toBe(204);
      expect((await fire('', { method: 'POST', body: '{"goal":"b"}' })).status).toBe(204);
      expect((await fire('', { method: 'POST' })).status).toBe(204);
    });

    check('nonce', 'a nonce is one event, from many at once', async () => {
      const metric = async () => Number(/hookline_edge_events_total\{result="accepted"\} (\d+)/.exec((await call('GET', '/metrics', undefined, {}, null)).text)?.[1] ?? 0);
      const before = await metric();
      const answers = await Promise.all(Array.from({ length: 20 }, () => fire(`&n=${sid}`)));
      expect(new Set(answers.map(({ status, body }) => `${status}/${body.length}`))).toEqual(new Set(['200/43']));
      expect(await metric()).toBe(before + 1);
    });

    check('cookie', 'the cookie is set with consent, first-party in the pixel\'s domain, and taken away', async () => {
      const own = await fire('&consent=1', { headers: { host: 'pxl.shop.example' } });
      expect(own.cookie).toMatch(/^hl_\w+=[\w-]{22}; Max-Age=34560000; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
      expect((await fire('&consent=1', { headers: { host: 'other.example' } })).cookie).toMatch(/SameSite=None; Partitioned$/);
      const cookie = own.cookie?.split(';', 1)[0] as string;
      expect((await fire('&consent=1', { headers: { cookie } })).cookie).toContain(cookie);
      expect((await fire('', { headers: { cookie, 'sec-gpc': '1' } })).cookie).toMatch(/Max-Age=0/);
      expect((await fire('')).cookie).toBeNull();
    });

    check('cors', 'pages of the pixel\'s domain may send credentials, others may not', async () => {
      const allow = async (origin: string, method = 'GET') => {
        const { status, headers } = await fire('', { method, headers: { origin } });
        return [status, headers['access-control-allow-origin'], headers['access-control-allow-credentials']];
      };
      expect(await allow('https://shop.example')).toEqual([200, 'https://shop.example', 'true']);
      expect(await allow('https://evilshop.example')).toEqual([200, '*', undefined]);
      expect(await allow('https://shop.example', 'OPTIONS')).toEqual([204, 'https://shop.example', 'true']);
    });

    check('snippet', 'the snippet is served, and not again', async () => {
      const seen = await visit(edge.url, '/p.js');
      expect([seen.status, seen.headers['content-type'], seen.body.toString().includes('hookline')]).toEqual([200, 'text/javascript; charset=utf-8', true]);
      expect((await visit(edge.url, '/p.js', { headers: { 'if-none-match': seen.headers['etag'] as string } })).status).toBe(304);
    });

    check('links', 'a signed link leads to its target, another one nowhere', async () => {
      const { path } = (await call('POST', '/v1/links', { pixel_id: 7, url: TARGET, profile_id: "O'Neil", event_data: { campaign_id: 1 } })).json;
      const seen = await visit(edge.url, path);
      expect([seen.status, seen.headers['location'], seen.body.length]).toEqual([302, TARGET, 0]);
      expect((await visit(edge.url, path.replace('shop', 'evil'))).status).toBe(400);
      const key = Buffer.from((await call('GET', '/v1/links/keys')).json.keys[0], 'base64');
      const own = `/r/${sid}?u=${encodeURIComponent('https://shop.example/')}`;
      expect((await visit(edge.url, `${own}&s=${createHmac('sha256', key).update(own).digest('base64url')}`)).status).toBe(302);
    });

    check('goals', 'the platform\'s own calls are answered as it answers them', async () => {
      expect((await call('POST', '/api/v1.1/goals/register', { db_id: 12, pixel_id: 7, goal: 'g', matching: 'email', email: 'a@example.net' })).json).toEqual({ error: 0, error_text: '' });
      const form = new FormData();
      for (const [name, value] of Object.entries({ tz: '-180', t: '1770000000', wn: 'purchase', wd: '{"a":1}', mi: '"m-1"' })) form.set(name, value);
      expect((await call('POST', `/event/post?i=${sid}&tr=px&t=open&v=2`, form)).json).toEqual({ error: 0, error_text: '' });
    });
  });

  describe('the head of a request', () => {
    check('url-limit', 'a URL above 8 KiB is 414', async () => {
      const long = await fire(`&x=${'y'.repeat(9_000)}`);
      expect([long.status, long.body.length]).toEqual([414, 0]);
      expect((await call('GET', `/v1/hooks?x=${'y'.repeat(9_000)}`)).status).toBe(414);
    });
    check('header-count', 'more than a hundred headers are 431', async () => {
      const headers = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`x-header-${n}`, 'v']));
      expect((await visit(edge.url, '/livez', { headers })).status).toBe(431);
    });
    check('header-bytes', 'headers above 16 KiB are 431', async () => expect((await visit(edge.url, '/livez', { headers: { cookie: 'c'.repeat(17_000) } })).status).toBe(431));
    check('two-hosts', 'two Host headers are 400', async () => expect((await rawHttp(edge.port, 'GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'))[0]?.status).toBe(400));
    check('absolute-target', 'a target that is no path is 400', async () => expect((await rawHttp(edge.port, 'GET http://other.example/livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'))[0]?.status).toBe(400));
    check('length-and-chunked', 'a body that is framed twice is 400', async () => {
      const [answer] = await rawHttp(edge.port, 'POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n');
      expect(answer?.status).toBe(400);
    });
    check('two-authorizations', 'two Authorization headers are 400', async () => {
      const [answer] = await rawHttp(edge.port, `GET /v1/hooks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${ADMIN}\r\nAuthorization: Bearer other\r\nConnection: close\r\n\r\n`);
      expect(answer?.status).toBe(400);
    });
  });

  describe('its life', () => {
    check('kill', 'what it has said yes to is there after SIGKILL', async () => {
      const ids = Array.from({ length: 50 }, newId);
      const taken = new Set<string>();
      const sending = Promise.all(ids.map(async (id, n) => {
        const answer = await ingest({ ...CLICK, event_id: id }).catch(() => null);
        if (answer?.status === 202) taken.add(id);
        if (n === 25) await edge.end('SIGKILL');
      }));
      await sending;
      edge = await harness.start();
      for (const id of taken) expect(await isStored(id)).toBe(true);
      expect(taken.size).toBeGreaterThan(0);
      expect((await fire('')).status).toBe(200);
    });

    check('stop', 'SIGTERM ends it cleanly, and what was in flight is answered', async () => {
      const id = newId();
      const sending = ingest({ ...CLICK, event_id: id });
      await sending;
      const ended = await edge.end('SIGTERM');
      edge = await harness.start();
      expect(await isStored(id)).toBe(true);
      expect(ended).toBe('it ended with 0');
    });
  });

  it('every known gap is a case', () => {
    expect(Object.keys(harness.gaps).filter((id) => !claimed.has(id))).toEqual([]);
  });
}
