import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';
import { rawHttp } from './raw-http.ts';

// bad-input.md A25–A27, A43–A50: what never becomes a proper request, on raw sockets.

const EVENT = JSON.stringify({ event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_data: {} });
const MIB = 1024 * 1024;

let rig: EdgeRig;
beforeAll(async () => {
  rig = await openEdgeRig();
});
afterAll(() => rig.close());

/** The invariant of all cases: the next proper request works, nothing is held. */
afterEach(async () => {
  expect((await rig.call('POST', '/v1/events', { raw: EVENT })).status).toBe(202);
  await expect.poll(() => rig.edge.budget.inFlight()).toBe(0);
});

const head = (lines: readonly string[], target = '/v1/events', method = 'POST'): string =>
  [`${method} ${target} HTTP/1.1`, 'host: edge', `authorization: Bearer ${rig.admin}`, 'content-type: application/json', ...lines, '', ''].join('\r\n');

async function stored(): Promise<number> {
  return (await rig.events()).length;
}

describe('framing that two readers could read in two ways', () => {
  it.each<[name: string, lines: string[], rest: string]>([
    ['content-length and transfer-encoding', ['content-length: 5', 'transfer-encoding: chunked'], '0\r\n\r\n'],
    ['two different content-lengths', ['content-length: 5', 'content-length: 6'], 'hello'],
    ['two equal content-lengths', ['content-length: 5', 'content-length: 5'], 'hello'],
    ['a folded header', ['x-a: one', ' two', 'content-length: 0'], ''],
    ['NUL in a header', ['x-a: a\u0000b', 'content-length: 0'], ''],
    ['an unknown transfer-encoding', ['transfer-encoding: xchunked'], '0\r\n\r\n'],
    ['a space before the colon', ['transfer-encoding : chunked'], '0\r\n\r\n'],
    ['a chunk size that overflows', ['transfer-encoding: chunked'], 'FFFFFFFFFFFFFFFFF\r\nx\r\n0\r\n\r\n'],
    ['a chunk size that is none', ['transfer-encoding: chunked'], 'ZZ\r\nx\r\n0\r\n\r\n'],
  ])('%s: 400 and the connection ends', async (_name, lines, rest) => {
    const before = await stored();
    const [answer] = await rawHttp(rig.server.port, head(lines) + rest);
    expect(answer).toMatchObject({ status: 400, closed: true });
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error: { code: expect.any(String), request_id: expect.any(String) } });
    expect(await stored()).toBe(before);
  });

  it('bare LF: 400', async () => {
    const [answer] = await rawHttp(rig.server.port, head(['content-length: 0']).replaceAll('\r\n', '\n'));
    expect(answer).toMatchObject({ status: 400, closed: true });
  });

  it.each<[name: string, request: string]>([
    ['two hosts', 'GET /livez HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n'],
    ['two equal hosts', 'GET /livez HTTP/1.1\r\nhost: a\r\nHost: a\r\n\r\n'],
    ['no host', 'GET /livez HTTP/1.1\r\n\r\n'],
    ['HTTP/1.0 without host', 'GET /livez HTTP/1.0\r\n\r\n'],
    ['absolute form', 'GET http://other/livez HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['a made-up method', 'FOO /livez HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['no HTTP', 'hello\r\n\r\n'],
    ['an unknown transfer-encoding of somebody unknown', 'POST /v1/events HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n'],
    ['an unknown transfer-encoding of a short body', 'POST /v1/hooks HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  ])('%s: 400 and the connection ends', async (_name, request) => {
    expect((await rawHttp(rig.server.port, request))[0]).toMatchObject({ status: 400, closed: true });
  });

  it.each<[name: string, request: string]>([
    ['TRACE', 'TRACE /v1/events HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['OPTIONS of a path', 'OPTIONS /v1/events HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['PATCH of events', 'PATCH /v1/events HTTP/1.1\r\nhost: a\r\n\r\n'],
  ])('%s: 405', async (_name, request) => {
    expect((await rawHttp(rig.server.port, request))[0]?.status).toBe(405);
  });

  it('a method override is ignored', async () => {
    const answer = await rig.call('GET', '/v1/hooks?', { headers: { 'x-http-method-override': 'POST' } });
    expect(answer.json).toHaveProperty('data');
  });
});

describe('too much', () => {
  it.each<[name: string, request: () => string, status: number]>([
    ['a header block of 17 KiB', () => head([`x-a: ${'a'.repeat(17 * 1024)}`]), 431],
    ['a URL of 17 KiB', () => head([], `/v1/events?a=${'a'.repeat(17 * 1024)}`), 431],
    ['a URL of 9 KiB', () => head([], `/v1/events?a=${'a'.repeat(9 * 1024)}`), 414],
    ['300 headers', () => head(Array.from({ length: 300 }, (_, n) => `x-${n}: 1`)), 431],
    ['101 headers', () => head(Array.from({ length: 98 }, (_, n) => `x-${n}: 1`)), 431],
    ['a chunk extension of 20 kB', () => `${head(['transfer-encoding: chunked'])}5;${'a'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`, 413],
  ])('%s', async (_name, request, status) => {
    expect((await rawHttp(rig.server.port, request()))[0]).toMatchObject({ status, closed: true });
  });

  it('5 MiB and one byte, announced: 413 before it is read', async () => {
    const [answer] = await rawHttp(rig.server.port, head([`content-length: ${5 * MIB + 1}`]));
    expect(answer?.status).toBe(413);
  });

  it('5 MiB and one byte, announced and sent: the client sees the answer', async () => {
    const answer = await rig.call('POST', '/v1/events', { raw: Buffer.alloc(5 * MIB + 1, 0x20) });
    expect(answer).toMatchObject({ status: 413, json: { error: { code: 'body_too_large' } } });
  });

  it('chunked without an end: 413 while it is counted', async () => {
    const chunk = Buffer.concat([Buffer.from(`${MIB.toString(16)}\r\n`), Buffer.alloc(MIB, 0x20), Buffer.from('\r\n')]);
    const [answer] = await rawHttp(rig.server.port, [head(['transfer-encoding: chunked']), ...Array.from({ length: 6 }, () => chunk)]);
    expect(answer?.status).toBe(413);
  });

  it('the same for a route behind Hono', async () => {
    const answer = await rig.call('PUT', '/v1/content/m1', { raw: Buffer.alloc(512 * 1024 + 1, 0x20) });
    expect(answer).toMatchObject({ status: 413, json: { error: { code: 'body_too_large' } } });
  });

  it('does not send 100-continue to what it refuses', async () => {
    const [answer] = await rawHttp(rig.server.port, head([`content-length: ${6 * MIB}`, 'expect: 100-continue']));
    expect(answer?.status).toBe(413);
  });

  it('sends 100-continue to what it takes', async () => {
    const [answer] = await rawHttp(rig.server.port, [head([`content-length: ${EVENT.length}`, 'expect: 100-continue']), EVENT]);
    expect(answer?.status).toBe(202);
  });
});

it('a length that is smaller than the body: 400, and the rest is no request', async () => {
  const answers = await rawHttp(rig.server.port, head(['content-length: 10']) + EVENT, 2);
  expect(answers.map((answer) => answer.status)).toEqual([400, 400]);
});

it('a client that goes away in the middle stores nothing', async () => {
  const before = await stored();
  const socket = (await import('node:net')).connect(rig.server.port, '127.0.0.1');
  socket.write(head([`content-length: ${EVENT.length + 50}`]) + EVENT);
  await expect.poll(() => rig.edge.budget.inFlight()).toBeGreaterThan(0);
  socket.destroy();
  await expect.poll(() => rig.edge.budget.inFlight()).toBe(0);
  expect(await stored()).toBe(before);
});

it.each<[name: string, target: string, bytes: number, status: number]>([
  ['content that is too large', 'PUT /v1/content/large', 512 * 1024 + 1, 413], ['a hook that is too large', 'POST /v1/hooks', 5 * MIB + 1, 413], ['events that are too many bytes', 'POST /v1/events', 5 * MIB + 1, 413], ['a query that is not known', 'POST /v1/hooks?x=1', 3 * MIB, 422],
])('%s leaves the connection to the next request', async (_name, target, bytes, status) => {
  const [method, path] = target.split(' ') as [string, string];
  const answers = await rawHttp(rig.server.port, [head([`content-length: ${bytes}`], path, method), ' '.repeat(bytes), 'GET /livez HTTP/1.1\r\nhost: edge\r\n\r\n'], 2);
  expect(answers.map((answer) => answer.status)).toEqual([status, 200]);
});

it('1,000 pipelined requests are all answered, in order', async () => {
  const one = (n: number): string => {
    const body = JSON.stringify({ event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_id: `pipe-${n % 500}`, event_data: {} });
    return head([`content-length: ${body.length}`]) + body;
  };
  const answers = await rawHttp(rig.server.port, Array.from({ length: 1000 }, (_, n) => one(n)), 1000);
  expect(answers).toHaveLength(1000);
  expect(answers.every((answer) => answer.status === 202)).toBe(true);
  expect(answers.filter((answer) => answer.body.startsWith('{"accepted":1'))).toHaveLength(500);
});

describe('paths', () => {
  it.each(['//v1/hooks', '/v1/hooks/', '/v1/hooks;x=1', '/v1%2fhooks', '/v1/hooks%00', '/V1/hooks'])('%s is not found, with a token or without', async (path) => {
    for (const token of [`authorization: Bearer ${rig.admin}`, 'x-none: 1']) {
      const [answer] = await rawHttp(rig.server.port, `GET ${path} HTTP/1.1\r\nhost: a\r\n${token}\r\n\r\n`);
      expect([404, 405]).toContain(answer?.status);
    }
  });

  it.each(['/v1/../v1/hooks', '/v1/%2e%2e/v1/hooks', '/livez/../v1/hooks'])('%s is no way around the token', async (path) => {
    const [answer] = await rawHttp(rig.server.port, `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
    expect([401, 404]).toContain(answer?.status);
  });

  it('the other spellings of the ingest path are served behind Hono, with the same rules', async () => {
    const path = '/v1/../v1/events';
    const request = (authorization: string): string => `POST ${path} HTTP/1.1\r\nhost: a\r\n${authorization}\r\ncontent-type: application/json\r\ncontent-length: ${EVENT.length}\r\n\r\n${EVENT}`;
    expect((await rawHttp(rig.server.port, request('x-none: 1')))[0]?.status).toBe(401);
    expect((await rawHttp(rig.server.port, request(`authorization: Bearer ${rig.admin}`)))[0]?.status).toBe(202);
  });
});

describe('encodings', () => {
  it.each<[name: string, encode: (bytes: string) => Uint8Array<ArrayBuffer>]>([
    ['gzip', gzipSync], ['deflate', deflateSync], ['br', brotliCompressSync], ['zstd', zstdCompressSync],
  ])('%s is taken; cut short it is 400; a bomb is 413', async (name, encode) => {
    const headers = { 'content-encoding': name };
    expect((await rig.call('POST', '/v1/events', { raw: encode(EVENT), headers })).status).toBe(202);
    const short = encode(EVENT);
    expect(await rig.call('POST', '/v1/events', { raw: short.subarray(0, short.length - 4), headers })).toMatchObject({ status: 400, json: { error: { code: 'encoding_invalid' } } });
    expect(await rig.call('POST', '/v1/events', { raw: encode(' '.repeat(50 * MIB)), headers })).toMatchObject({ status: 413, json: { error: { code: 'body_too_large' } } });
    expect((await rig.call('POST', '/v1/events', { raw: EVENT, headers })).status).toBe(400);
  });

  it.each(['compress', 'gzip, gzip', 'gzip, br', 'x'])('%s: 415', async (encoding) => {
    expect(await rig.call('POST', '/v1/events', { raw: gzipSync(EVENT), headers: { 'content-encoding': encoding } })).toMatchObject({ status: 415, json: { error: { code: 'encoding_unsupported' } } });
  });

  it('gzip of gzip is undone once: 400', async () => {
    expect((await rig.call('POST', '/v1/events', { raw: gzipSync(gzipSync(EVENT)), headers: { 'content-encoding': 'gzip' } })).status).toBe(400);
  });
});

describe('content types', () => {
  it.each<[type: string, status: number]>([
    ['application/json; charset=UTF-8', 202], ['application/JSON', 202], ['application/json;charset="utf-8"', 202], ['application/x-ndjson', 202],
    ['text/plain', 415], ['application/xml', 415], ['application/json; charset=utf-16', 415], ['', 415], ['application/x-www-form-urlencoded', 415],
  ])('%s: %i', async (type, status) => {
    expect((await rig.call('POST', '/v1/events', { raw: EVENT, headers: { 'content-type': type } })).status).toBe(status);
  });

  it('none: 415', async () => {
    const [answer] = await rawHttp(rig.server.port, `POST /v1/events HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${rig.admin}\r\ncontent-length: ${EVENT.length}\r\n\r\n${EVENT}`);
    expect(answer?.status).toBe(415);
  });
});
