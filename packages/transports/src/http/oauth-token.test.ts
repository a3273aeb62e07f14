import type { HttpAuth } from '@hookline/core';
import { describe, expect, it } from 'vitest';
import { httpRequest, httpSink, openFactory, openTransport, type Sink } from '../../test/sinks.ts';
import { sampleBatch } from '../testing/sample-batch.ts';

interface TokenServer extends Sink {
  readonly asked: { body: string; authorization: string | undefined; contentType: string | undefined }[];
}

/** Gives out tok-1, tok-2, … or what `answer` says. */
async function tokenServer(answer: (count: number, authorization: string | undefined) => { status?: number; body?: string } = () => ({}), expiresIn: unknown = 3600): Promise<TokenServer> {
  const asked: TokenServer['asked'] = [];
  const sink = await httpSink(({ body, headers }, response) => {
    asked.push({ body: body.toString(), authorization: headers.authorization, contentType: headers['content-type'] });
    const { status = 200, body: text = JSON.stringify({ access_token: `tok-${asked.length}`, token_type: 'bearer', expires_in: expiresIn }) } = answer(asked.length, headers.authorization);
    response.writeHead(status).end(text);
  });
  return { ...sink, asked };
}

const oauth = (tokens: Sink, change: object = {}): HttpAuth => ({ type: 'oauth2', token_url: tokens.url, client_id: 'id & co', client_secret: { open: 'canary=secret' }, scope: 'write', ...change });

const receiver = async (accepts: (authorization: string | undefined) => boolean) => {
  const seen: (string | undefined)[] = [];
  const sink = await httpSink(({ headers }, response) => {
    seen.push(headers.authorization);
    response.writeHead(accepts(headers.authorization) ? 200 : 401).end();
  });
  return { ...sink, seen };
};

describe('an OAuth token', () => {
  it('is asked for by the client credentials grant, once for many sends', async () => {
    const tokens = await tokenServer();
    const { url, seen } = await receiver(() => true);
    const transport = openTransport(openFactory(), httpRequest(url, { auth: oauth(tokens) }));
    await Promise.all([1, 2, 3].map(() => transport.send(sampleBatch(['{}']))));
    await transport.send(sampleBatch(['{}']));
    expect(seen).toEqual(['Bearer tok-1', 'Bearer tok-1', 'Bearer tok-1', 'Bearer tok-1']);
    expect(tokens.asked).toHaveLength(1);
    expect(tokens.asked[0]?.contentType).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(tokens.asked[0]?.body))).toEqual({ grant_type: 'client_credentials', client_id: 'id & co', client_secret: 'canary=secret', scope: 'write' });
  });

  it('is renewed once when the receiver answers 401, within the attempt', async () => {
    const tokens = await tokenServer();
    const { url, seen } = await receiver((authorization) => authorization === 'Bearer tok-2');
    const { outcome } = await openTransport(openFactory(), httpRequest(url, { auth: oauth(tokens) })).send(sampleBatch(['{}']));
    expect(outcome).toEqual({ kind: 'delivered' });
    expect(seen).toEqual(['Bearer tok-1', 'Bearer tok-2']);
  });

  it('is renewed no more than once', async () => {
    const tokens = await tokenServer();
    const { url, seen } = await receiver(() => false);
    const { outcome } = await openTransport(openFactory(), httpRequest(url, { auth: oauth(tokens) })).send(sampleBatch(['{}']));
    expect(outcome).toMatchObject({ kind: 'failed', code: 'http_auth' });
    expect(seen).toHaveLength(2);
  });

  it('that has expired is replaced', async () => {
    const tokens = await tokenServer(undefined, 0);
    const { url, seen } = await receiver(() => true);
    const transport = openTransport(openFactory(), httpRequest(url, { auth: oauth(tokens) }));
    await transport.send(sampleBatch(['{}']));
    await transport.send(sampleBatch(['{}']));
    expect(seen).toEqual(['Bearer tok-1', 'Bearer tok-2']);
  });

  it('is had from a server that takes Basic only', async () => {
    const tokens = await tokenServer((_, authorization) => (authorization === undefined ? { status: 401, body: '{"error":"invalid_client"}' } : {}));
    const { url } = await receiver(() => true);
    const { outcome } = await openTransport(openFactory(), httpRequest(url, { auth: oauth(tokens) })).send(sampleBatch(['{}']));
    expect(outcome).toEqual({ kind: 'delivered' });
    expect(tokens.asked[1]).toMatchObject({ authorization: `Basic ${Buffer.from('id+%26+co:canary%3Dsecret').toString('base64')}`, body: 'grant_type=client_credentials&scope=write' });
  });

  it.each([
    ['is refused', 400, '{"error":"invalid_client","echo":"canary=secret"}', 'credentials'],
    ['is no token', 200, '{"access_token":"bad token\\n"}', 'credentials'],
    ['is no JSON', 200, 'hello', 'credentials'],
    ['cannot be made now', 500, '', 'http_5xx'],
  ])('%s', async (_, status, body, code) => {
    const tokens = await tokenServer(() => ({ status, body }));
    const { url, seen } = await receiver(() => true);
    const result = await openTransport(openFactory(), httpRequest(url, { auth: oauth(tokens) })).send(sampleBatch(['{}']));
    expect(result.outcome).toMatchObject({ kind: 'failed', code });
    expect(seen).toEqual([]);
    expect(JSON.stringify(result)).not.toContain('canary');
  });

  it('is asked for only where the policy lets it', async () => {
    const tokens = await tokenServer();
    const { url } = await receiver(() => true);
    const tokenPort = tokens.port;
    const policy = {
      checkUrl: (text: string) => ({ url: text }),
      checkAddress: (_ip: string, _host: string | null, port: number) => (port === tokenPort ? ({ allowed: false, reason: 'address_forbidden', message: 'not there' } as const) : ({ allowed: true } as const)),
    };
    const { outcome } = await openTransport(openFactory({ policy }), httpRequest(url, { auth: oauth(tokens) })).send(sampleBatch(['{}']));
    expect(outcome).toMatchObject({ kind: 'failed', code: 'address_forbidden' });
    expect(tokens.asked).toEqual([]);
  });
});
