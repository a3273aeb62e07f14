import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { httpRequest, httpSink, openFactory, openTransport, sendOnce, type TakenRequest } from '../../test/sinks.ts';
import { sampleBatch } from '../testing/sample-batch.ts';
import { naughtyStrings } from '../../test/naughty-strings.ts';

const secretOf = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;

async function recording(): Promise<{ url: string; requests: TakenRequest[] }> {
  const requests: TakenRequest[] = [];
  const { url } = await httpSink((request, response) => {
    requests.push(request);
    response.end('OK');
  });
  return { url, requests };
}

describe('what a receiver sees', () => {
  it('is a POST of the batch with the headers of the contract', async () => {
    const { url, requests } = await recording();
    const batch = sampleBatch(['{"a":"ü"}', '{"b":2}']);
    await openTransport(openFactory(), httpRequest(url)).send(batch);
    const [request] = requests;
    expect(request).toMatchObject({ method: 'POST', url: '/in?a=1' });
    expect(request?.body).toEqual(Buffer.from('[{"a":"ü"},{"b":2}]'));
    const { host, connection, 'webhook-timestamp': timestamp, ...headers } = request?.headers ?? {};
    expect(headers).toEqual({
      accept: '*/*',
      'accept-encoding': 'identity',
      'content-length': String(Buffer.byteLength(batch.body)),
      'content-type': 'application/json',
      'hookline-attempt': '1',
      'hookline-hook-id': 'hok_sample',
      'user-agent': 'Hookline/1.2.3',
      'webhook-id': batch.deliveryId,
    });
    expect(timestamp).toMatch(/^\d{10}$/);
  });

  it('has revision, redrive and export where they apply', async () => {
    const { url, requests } = await recording();
    await openTransport(openFactory(), httpRequest(url)).send(sampleBatch(['{}'], { attempt: 4, revision: 2, redrive: 3, exportId: 'exp_1' }));
    expect(requests[0]?.headers).toMatchObject({ 'hookline-attempt': '4', 'hookline-revision': '2', 'hookline-redrive': '3', 'hookline-export-id': 'exp_1' });
  });

  it('is signed by the secret, and by the one before while it is valid', async () => {
    const { url, requests } = await recording();
    const now = Date.now();
    const signing = { signing_secret: { open: secretOf(1) }, previous_signing_secret: { open: secretOf(2) } };
    for (const until of [now + 60_000, now - 1]) await sendOnce(url, { ...signing, previous_signing_secret_until: until });
    const expected = ({ headers, body }: TakenRequest, byte: number): string => {
      const mac = createHmac('sha256', Buffer.alloc(32, byte)).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`).update(body);
      return `v1,${mac.digest('base64')}`;
    };
    const [during, after] = requests as [TakenRequest, TakenRequest];
    expect(during.headers['webhook-signature']).toBe(`${expected(during, 1)} ${expected(during, 2)}`);
    expect(after.headers['webhook-signature']).toBe(expected(after, 1));
  });

  it('has custom headers, which replace none of ours', async () => {
    const { url, requests } = await recording();
    await sendOnce(url, { headers: { 'X-Key': { open: 'k1' }, 'User-Agent': { open: 'mine' }, 'Hookline-Attempt': { open: '9' } } });
    expect(requests[0]?.headers).toMatchObject({ 'x-key': 'k1', 'user-agent': 'Hookline/1.2.3', 'hookline-attempt': '1' });
  });

  it('carries basic and bearer credentials', async () => {
    const { url, requests } = await recording();
    await sendOnce(url, { auth: { type: 'basic', username: 'ann', password: { open: 'pässword' } } });
    await sendOnce(url, { auth: { type: 'bearer', token: { open: 'tok' } } });
    expect(requests.map((request) => request.headers.authorization)).toEqual([`Basic ${Buffer.from('ann:pässword').toString('base64')}`, 'Bearer tok']);
  });

  it('is byte-exact for every naughty string', async () => {
    const { url, requests } = await recording();
    const bodies = naughtyStrings().map((text) => JSON.stringify({ text }));
    await openTransport(openFactory(), httpRequest(url)).send(sampleBatch(bodies));
    expect(requests[0]?.body.equals(Buffer.from(`[${bodies.join(',')}]`))).toBe(true);
  });
});

describe('evidence', () => {
  it('has no secret in it, also where the receiver echoes them', async () => {
    const { url } = await httpSink(({ headers }, response) => {
      response.writeHead(500, { 'x-echo': String(headers['x-key']) }).end(JSON.stringify({ headers, decoded: Buffer.from(String(headers.authorization).slice(6), 'base64').toString() }));
    });
    const canaries = ['canary-header-value', 'canary-password', secretOf(9)];
    const result = await sendOnce(url, { headers: { 'x-key': { open: 'canary-header-value' } }, auth: { type: 'basic', username: 'ann', password: { open: 'canary-password' } }, signing_secret: { open: secretOf(9) } });
    const text = JSON.stringify(result);
    for (const canary of [...canaries, Buffer.from('ann:canary-password').toString('base64')]) expect(text).not.toContain(canary);
    expect(result.evidence.response).toMatchObject({ status: 500, headers: { 'x-echo': '***' } });
    expect(result.evidence.request.headers).toMatchObject({ 'x-key': '***', authorization: '***' });
  });

  it('is cut at 1 KiB', async () => {
    const { url } = await httpSink((_, response) => void response.end('ü'.repeat(5000)));
    const { evidence } = await sendOnce(url);
    expect(Buffer.byteLength(evidence.response?.body ?? '')).toBeLessThanOrEqual(1024);
    expect(evidence.response?.body).toMatch(/^ü{500,}$/);
  });
});

describe('a secret that does not open', () => {
  it('makes no transport but a failure', () => {
    const places: string[] = [];
    const openSecret = (_: string, place: string): string | null => {
      places.push(place);
      return place.endsWith('/x-key') ? null : 'plain';
    };
    const factory = openFactory({ openSecret });
    const request = httpRequest('https://a.example/', { headers: { 'x-key': { sealed: 's' } }, auth: { type: 'oauth2', token_url: 'https://t.example/', client_id: 'c', client_secret: { sealed: 's' } }, signing_secret: { sealed: 's' } });
    expect(factory.create({ hookId: 'hok_x', accountId: 1, request })).toMatchObject({ kind: 'failed', code: 'secret_unavailable' });
    expect(places).toEqual(['1/hok_x/headers/x-key', '1/hok_x/auth/client_secret', '1/hok_x/signing_secret']);
  });
});
