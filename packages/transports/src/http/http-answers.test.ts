import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createAddressPolicy, type Transport } from '@hookline/core';
import { describe, expect, it } from 'vitest';
import { bytesSink, httpRequest, httpSink, openFactory, openTransport, outcomeOf, rawSink, type Sink } from '../../test/sinks.ts';
import { sampleBatch } from '../testing/sample-batch.ts';

const statusSink = (status: number, headers: Record<string, string | string[]> = {}, body = 'x') => httpSink((_, response) => void response.writeHead(status, headers).end(body));

describe('the status', () => {
  it.each([
    [200, { kind: 'delivered' }],
    [204, { kind: 'delivered' }],
    [299, { kind: 'delivered' }],
    [301, { kind: 'rejected', code: 'redirect_not_followed' }],
    [302, { kind: 'rejected', code: 'redirect_not_followed' }],
    [307, { kind: 'rejected', code: 'redirect_not_followed' }],
    [308, { kind: 'rejected', code: 'redirect_not_followed' }],
    [400, { kind: 'rejected', code: 'http_4xx' }],
    [401, { kind: 'failed', code: 'http_auth' }],
    [403, { kind: 'failed', code: 'http_auth' }],
    [404, { kind: 'failed', code: 'http_not_found' }],
    [408, { kind: 'failed', code: 'http_throttled' }],
    [410, { kind: 'failed', code: 'http_gone' }],
    [413, { kind: 'rejected', code: 'payload_too_large' }],
    [422, { kind: 'rejected', code: 'http_4xx' }],
    [425, { kind: 'failed', code: 'http_throttled' }],
    [429, { kind: 'failed', code: 'http_throttled' }],
    [500, { kind: 'failed', code: 'http_5xx' }],
    [503, { kind: 'failed', code: 'http_5xx' }],
  ])('%i', async (status, expected) => {
    const { url } = await statusSink(status, { location: '/elsewhere' });
    const outcome = await outcomeOf(url);
    expect(outcome).toMatchObject(expected.kind === 'delivered' ? expected : { ...expected, status });
  });

  it('is not followed elsewhere', async () => {
    const target = await statusSink(200);
    const { url } = await statusSink(302, { location: target.url });
    await outcomeOf(url);
    expect(target.connectionCount()).toBe(0);
  });

  it('must be exactly 200 where the hook says so', async () => {
    const { url } = await statusSink(202);
    expect(await outcomeOf(url, { success_status: '200' })).toMatchObject({ kind: 'rejected', code: 'response_mismatch', status: 202 });
    expect(await outcomeOf((await statusSink(200)).url, { success_status: '200' })).toEqual({ kind: 'delivered' });
  });

  it('brings Retry-After along, the longer of two', async () => {
    const { url } = await statusSink(429, { 'retry-after': ['7', '9'] });
    expect(await outcomeOf(url)).toMatchObject({ code: 'http_throttled', retryAfterMs: 9_000 });
    expect(await outcomeOf((await statusSink(503, { 'retry-after': '1000000' })).url)).toMatchObject({ code: 'http_5xx', retryAfterMs: 86_400_000 });
    expect(await outcomeOf((await statusSink(503, { 'retry-after': 'soon' })).url)).not.toHaveProperty('retryAfterMs');
  });
});

describe('the success pattern', () => {
  it.each([
    ['.*OK.*', 'a\nOK\nb', true],
    ['.*OK.*', 'ok', false],
    ['a.b', 'a\nb', false],
    ['^$', '', true],
    ['(a+)+$', `${'a'.repeat(28)}!`, false],
  ])('%s on %j', async (success_pattern, body, matches) => {
    const { url } = await statusSink(200, {}, body);
    expect(await outcomeOf(url, { success_pattern })).toMatchObject(matches ? { kind: 'delivered' } : { kind: 'rejected', code: 'response_mismatch' });
  });

  it('needs a status of success too', async () => {
    expect(await outcomeOf((await statusSink(500, {}, 'OK')).url, { success_pattern: 'OK' })).toMatchObject({ code: 'http_5xx' });
  });

  it('quotes what did not match, without secrets', async () => {
    const { url } = await statusSink(200, {}, `no canary-1 ${'x'.repeat(500)}`);
    const outcome = await outcomeOf(url, { success_pattern: 'OK', headers: { 'x-a': { open: 'canary-1' } } });
    expect(outcome).toMatchObject({ message: expect.stringContaining('no *** xxx') });
    expect((outcome as { message: string }).message.length).toBeLessThanOrEqual(300);
  });

  it('looks no further than 64 KiB', async () => {
    const { url } = await statusSink(200, {}, `${' '.repeat(70_000)}OK`);
    expect(await outcomeOf(url, { success_pattern: 'OK' })).toMatchObject({ code: 'response_mismatch' });
  });

  it('does not look into an encoded body, however it is packed', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    const { url } = await httpSink((_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    expect(await outcomeOf(url)).toEqual({ kind: 'delivered' });
    expect(await outcomeOf(url, { success_pattern: '.*' })).toMatchObject({ kind: 'rejected', code: 'response_mismatch', message: expect.stringContaining('gzip') });
  });
});

describe('a receiver that does not answer well', () => {
  it('refuses the connection', async () => {
    expect(await outcomeOf('http://127.0.0.1:1/')).toMatchObject({ kind: 'failed', code: 'network' });
  });

  it('does not exist', async () => {
    expect(await outcomeOf('http://nowhere.invalid/')).toMatchObject({ kind: 'failed', code: 'dns' });
  });

  it('never answers', async () => {
    const { url } = await rawSink(() => {});
    expect(await outcomeOf(url, { request_timeout_sec: 1 })).toMatchObject({ kind: 'unknown', code: 'timeout' });
  });

  it('resets after it has read the request', async () => {
    const { url } = await rawSink((socket) => socket.resetAndDestroy());
    expect(await outcomeOf(url)).toMatchObject({ kind: 'unknown', code: 'network' });
  });

  it('drips for ever: the status decides when the time is over, and a pattern that is undecided does not', async () => {
    const { url } = await httpSink((_, response) => {
      const drip = setInterval(() => response.write('.'), 50);
      response.on('close', () => clearInterval(drip));
    });
    expect(await outcomeOf(url, { request_timeout_sec: 1 })).toEqual({ kind: 'delivered' });
    expect(await outcomeOf(url, { request_timeout_sec: 1, success_pattern: 'OK' })).toMatchObject({ kind: 'unknown', code: 'timeout' });
    expect(await outcomeOf(url, { request_timeout_sec: 1, success_pattern: '^\\.' })).toEqual({ kind: 'delivered' });
  });

  it('sends without end: reading stops, and the socket is gone', async () => {
    let written = 0;
    const closed = Promise.withResolvers<void>();
    const { url } = await httpSink((_, response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384))) written += 16_384;
      };
      response.on('drain', pour).on('close', () => closed.resolve());
      pour();
    });
    expect(await outcomeOf(url)).toEqual({ kind: 'delivered' });
    await closed.promise;
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  it.each([
    ['a header block above 16 KiB', ['HTTP/1.1 200 OK', `x: ${'a'.repeat(20_000)}`, '', '']],
    ['a thousand headers', ['HTTP/1.1 200 OK', ...Array.from({ length: 1000 }, (_, i) => `x-${i}: ${'a'.repeat(20)}`), '', '']],
    ['broken chunks', ['HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', 'ZZ', '']],
    ['two lengths', ['HTTP/1.1 200 OK', 'content-length: 0', 'content-length: 5', '', '']],
    ['no HTTP at all', ['hello', '']],
  ])('sends %s', async (_, lines) => {
    const { url } = await bytesSink(lines.join('\r\n'));
    expect(await outcomeOf(url)).toMatchObject({ kind: 'failed', code: 'network' });
  });

  it.each([
    ['ends before its length', ['HTTP/1.1 200 OK', 'content-length: 100', '', 'short']],
    ['switches protocols', ['HTTP/1.1 101 Switching', 'upgrade: x', 'connection: upgrade', '', '']],
    ['goes on saying 103', [...Array.from({ length: 11 }, () => 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n'), 'HTTP/1.1 200 OK', 'content-length: 0', '', '']],
  ])('%s', async (_, lines) => {
    const { url } = await rawSink((socket) => socket.end(lines.join('\r\n')));
    expect(await outcomeOf(url)).toMatchObject({ kind: 'unknown', code: 'network' });
  });

  it('says 103 a few times first', async () => {
    const { url } = await bytesSink('HTTP/1.1 103 Early Hints\r\nlink: x\r\n', 'HTTP/1.1 200 OK', 'content-length: 0', '', '');
    expect(await outcomeOf(url)).toEqual({ kind: 'delivered' });
  });
});

describe('a kept socket', () => {
  const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

  const REQUESTS_ANSWERED = 3;
  /** Sends until the sink has answered so many on one socket: the pool takes a socket back a moment after its answer. */
  const keepOne = async (sink: Sink, transport: Transport): Promise<void> => {
    for (let sent = 0; sent < REQUESTS_ANSWERED; sent += 1) {
      expect((await transport.send(sampleBatch(['{}']))).outcome).toEqual({ kind: 'delivered' });
      await setImmediate();
    }
    expect(sink.connectionCount()).toBe(1);
  };

  it('that is reset as we write to it ends the attempt, and the next one may follow at once', async () => {
    const sink = await rawSink((socket, requestsBefore) => (requestsBefore < REQUESTS_ANSWERED ? socket.write(OK) : socket.resetAndDestroy()));
    const transport = openTransport(openFactory(), httpRequest(sink.url));
    await keepOne(sink, transport);
    expect((await transport.send(sampleBatch(['{}']))).outcome).toMatchObject({ kind: 'unknown', code: 'network', soon: true });
    expect((await transport.send(sampleBatch(['{}']))).outcome).toEqual({ kind: 'delivered' });
    expect(sink.connectionCount()).toBe(2);
  });

  it('that was new says nothing of the kind', async () => {
    const { url } = await rawSink((socket) => socket.resetAndDestroy());
    expect(await outcomeOf(url)).not.toHaveProperty('soon');
  });

  it('does not count as lost when a byte of the answer had come', async () => {
    const sink = await rawSink((socket, requestsBefore) => {
      if (requestsBefore < REQUESTS_ANSWERED) socket.write(OK);
      else socket.end('HTTP/1.1 20');
    });
    const transport = openTransport(openFactory(), httpRequest(sink.url));
    await keepOne(sink, transport);
    expect((await transport.send(sampleBatch(['{}']))).outcome.kind).not.toBe('delivered');
    expect(sink.connectionCount()).toBe(1);
  });

  it('is not shared by two accounts', async () => {
    const sink = await bytesSink(OK);
    const factory = openFactory();
    await keepOne(sink, openTransport(factory, httpRequest(sink.url), 1));
    await openTransport(factory, httpRequest(sink.url), 2).send(sampleBatch(['{}']));
    expect(sink.connectionCount()).toBe(2);
  });
});

describe('the address policy', () => {
  const policy = createAddressPolicy({ allow: [], allowHttp: true, self: [] });

  it('is asked about literals before anything is dialled', async () => {
    const sink = await statusSink(200);
    expect((await openTransport(openFactory({ policy }), httpRequest(sink.url)).send(sampleBatch(['{}']))).outcome).toMatchObject({ kind: 'failed', code: 'address_forbidden' });
    expect(sink.connectionCount()).toBe(0);
  });

  it('is asked about every address of a name at the dial, also the second time', async () => {
    const sink = await statusSink(200, { connection: 'close' });
    const answers = [['127.0.0.1'], ['93.184.216.34', '127.0.0.1']];
    const allowed = { ...policy, checkAddress: (ip: string, host: string | null, port: number) => (answers.length === 1 ? { allowed: true } as const : policy.checkAddress(ip, host, port)) };
    const factory = openFactory({ policy: allowed, resolve: async () => (answers.shift() ?? []).map((address) => ({ address, family: 4 })) });
    const transport = openTransport(factory, httpRequest(`http://name.example:${sink.port}/`));
    expect((await transport.send(sampleBatch(['{}']))).outcome).toEqual({ kind: 'delivered' });
    expect((await transport.send(sampleBatch(['{}']))).outcome).toMatchObject({ kind: 'failed', code: 'address_forbidden' });
    expect(sink.connectionCount()).toBe(1);
  });
});

describe('TLS', () => {
  it('is never done without', async () => {
    const plain = await statusSink(200);
    expect(await outcomeOf(`https://127.0.0.1:${plain.port}/`)).toMatchObject({ kind: 'failed', code: 'tls' });
  });

  it('refuses a certificate that nobody has signed, and says so', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hookline-tls-'));
    const [keyFile, certFile] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=127.0.0.1', '-days', '2', '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
    const server = https.createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (_, response) => void response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const outcome = await outcomeOf(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    server.close();
    rmSync(folder, { recursive: true });
    expect(outcome).toMatchObject({ kind: 'failed', code: 'tls', message: expect.stringContaining('SELF_SIGNED') });
  });
});
