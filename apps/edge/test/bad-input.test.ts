import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

// bad-input.md A, C, F: the cases that are about the API as a whole. Where each case of these sections is tested, tooling/checks/test/bad-input-index.test.ts says.

const HOOK = { name: 'Orders', events: ['click'], request: { type: 'http', url: 'https://crm.example.com/in' } };
const EVENT = { event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_data: {} };

let rig: EdgeRig;
beforeAll(async () => {
  rig = await openEdgeRig();
});
afterAll(() => rig.close());

describe('A7: a body in another encoding', () => {
  const utf16 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'utf16le'));
  it.each<[name: string, body: Uint8Array<ArrayBuffer>, type: string, status: number]>([
    ['UTF-16 that says so', utf16(JSON.stringify(EVENT)), 'application/json; charset=utf-16', 415], ['UTF-16 that does not', utf16(JSON.stringify(EVENT)), 'application/json', 400],
    ['UTF-16 with its mark', utf16(`\ufeff${JSON.stringify(EVENT)}`), 'application/json', 400], ['UTF-32', new Uint8Array([0, 0, 0, 0x7b]), 'application/json; charset=utf-32', 415], ['latin-1', new Uint8Array([0x22, 0xe9, 0x22]), 'application/json', 400],
  ])('%s', async (_name, raw, type, status) => {
    expect((await rig.call('POST', '/v1/events', { raw, headers: { 'content-type': type } })).status).toBe(status);
  });
});

describe('A40: what looks like SQL', () => {
  it.each(["'; DROP TABLE hook; --", '%', '_', '\\', '" OR 1=1', "x'); DELETE FROM token; --", '$1', '?', ':a', '`', '\u0000'])('%j is a text like any other in every field', async (text) => {
    const control = text.includes('\u0000');
    const made = await rig.call('POST', '/v1/hooks', { body: { ...HOOK, name: text, custom_data: { template: { [text]: text }, fields: [`f${text}`] } } });
    expect(made.status).toBe(control ? 422 : 201);
    if (!control) expect((await rig.call('GET', `/v1/hooks/${made.json.id}`)).json).toMatchObject({ name: text, custom_data: { template: { [text]: text }, fields: [`f${text}`] } });
    expect((await rig.call('PUT', '/v1/catalog/mailings/40', { body: { name: text, subid: text, subject: text } })).json).toMatchObject({ name: text, subid: text, subject: text });
    expect((await rig.call('PUT', `/v1/databases/40/profiles/${encodeURIComponent(`p${control ? '' : text}`)}`, { body: { fields: { [text]: text, email: text } } })).json.fields).toEqual({ [text]: text, email: text });
    expect((await rig.call('PUT', '/v1/event-types/sql_like', { body: { label: `l${text}`, description: text } })).json).toMatchObject({ description: text });
    expect((await rig.call('POST', '/v1/events', { body: { ...EVENT, profile_id: `p${control ? '' : text}`, event_data: { [text]: text } } })).json).toMatchObject({ accepted: 1 });
    expect((await rig.events()).at(-1)?.base).toContain(`{${JSON.stringify(text)}:${JSON.stringify(text)}}`);
    for (const path of [`/v1/hooks/${encodeURIComponent(text)}`, `/v1/tokens/${encodeURIComponent(text)}`, `/v1/events/${encodeURIComponent(text)}`, `/v1/users/${encodeURIComponent(text)}`]) expect([404, 405, 422]).toContain((await rig.call('GET', path)).status);
  });
});

describe('C25: exports', () => {
  const DAY_MS = 86_400_000;
  const day = (ago: number): string => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
  const made = async (over: Record<string, unknown> = {}): Promise<string> => (await rig.call('POST', '/v1/hooks', { body: { ...HOOK, ...over } })).json.id;

  it.each<[name: string, from: unknown, to: unknown]>([
    ['from after to', day(1), day(2)], ['to today', day(1), day(0)], ['to tomorrow', day(1), day(-1)], ['before 1970', '1969-12-31', day(1)], ['ten thousand years', '0001-01-01', '10001-01-01'], ['no such day', '2026-02-30', '2026-03-01'],
    ['with a time', `${day(2)}T00:00:00Z`, day(1)], ['another zone', `${day(2)}+03:00`, day(1)], ['a number', 20260101, day(1)], ['nothing', undefined, undefined], ['now as a beginning', 'now', 'now'],
  ])('%s: 422', async (_name, from, to) => {
    expect((await rig.call('POST', `/v1/hooks/${await made()}/exports`, { body: { from, to } })).status).toBe(422);
  });

  it('a second one while one runs: 409; nothing that can be exported: 422', async () => {
    const id = await made();
    const first = await rig.call('POST', `/v1/hooks/${id}/exports`, { body: { from: day(3), to: day(1) } });
    expect(first.status).toBe(201);
    expect((await rig.call('POST', `/v1/hooks/${id}/exports`, { body: { from: day(3), to: day(1) } })).status).toBe(409);
    const launches = await made({ events: ['campaign_launch', 'profile_merge', 'profile_split'] });
    expect((await rig.call('POST', `/v1/hooks/${launches}/exports`, { body: { from: day(3), to: day(1) } })).status).toBe(422);
  });
});

describe('C24: a test send', () => {
  it.each(['http://169.254.169.254/latest/meta-data/', 'https://10.0.0.1/', 'http://[::1]:8787/', 'https://localhost/', 'https://metadata.google.internal/', 'file:///etc/passwd', 'http://example.com/'])('to %s is refused like saving such a hook', async (url) => {
    const answer = await rig.call('POST', '/v1/hooks/test', { body: { hook: { ...HOOK, request: { ...HOOK.request, url } }, event_type: 'click' } });
    expect([answer.status, answer.json.error.path]).toEqual([422, '/hook/request/url']);
  });
});

describe('F14–F16: what browsers are told', () => {
  it('F14: no origin may read the API', async () => {
    for (const origin of ['https://evil.example', 'null', rig.server.url]) {
      const answer = await rig.call('GET', '/v1/hooks', { headers: { origin } });
      expect(answer.status).toBe(200);
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect([...(await fetch(`${rig.server.url}/v1/hooks`, { method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } })).headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each([
    'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.', 'eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uLy4uL2Rldi9udWxsIn0.eyJleHAiOjF9.x', `hl_${'a'.repeat(500)}`, 'rtoken@admin',
  ])('F15: %s is no token', async (token) => {
    expect((await rig.call('GET', '/v1/hooks', { token })).status).toBe(401);
  });

  it('F16: nothing is cached, sniffed or framed', async () => {
    for (const [method, path] of [['GET', '/v1/hooks'], ['GET', '/v1/nothing'], ['POST', '/v1/hooks'], ['GET', '/openapi.json'], ['GET', '/asyncapi.json']] as const) {
      const { headers } = await rig.call(method, path);
      expect([path, headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([path, 'no-store', 'nosniff']);
    }
    expect((await rig.call('GET', '/docs')).headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});

it('F17: markup is answered as JSON, never as a page', async () => {
  const name = '<img src=x onerror=alert(1)>';
  const made = await rig.call('POST', '/v1/hooks', { body: { ...HOOK, name } });
  for (const path of [`/v1/hooks/${made.json.id}`, '/v1/hooks', `/v1/${name}`]) expect((await rig.call('GET', path)).headers.get('content-type')).toBe('application/json');
});

it('F22: who asks is not told by a header', async () => {
  const draft = { hook: { ...HOOK, request: { ...HOOK.request, url: 'http://127.0.0.1:1/' } }, event_type: 'click' };
  const statuses: number[] = [];
  for (let n = 0; n < 12; n++) statuses.push((await rig.call('POST', '/v1/hooks/test', { body: draft, headers: { 'x-forwarded-for': `192.0.2.${n}`, forwarded: `for=192.0.2.${n}`, 'x-real-ip': `192.0.2.${n}` } })).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
});
