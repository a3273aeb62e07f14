import { type EventRow, HooklineError } from '@hookline/core';
import type { EventLog } from '@hookline/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

// contract.md 7.3: what the mobile SDKs post.

let rig: EdgeRig;
let sid: string;
let failWith: HooklineError | null = null;
beforeAll(async () => {
  rig = await openEdgeRig({
    deps: ({ log }) => ({ logs: [Object.create(log, { append: { value: (request: Parameters<EventLog['append']>[0]) => (failWith === null ? log.append(request) : Promise.reject(failWith)) } }) as EventLog] }),
  });
  sid = (await rig.call('PUT', '/v1/pixels/7', { body: { name: 'App', database_id: 12 } })).json.sid;
});
afterAll(() => rig.close());

const EVENT = { tz: '-180', t: '1770000000', aci: '', wn: 'purchase' };
const last = async (): Promise<EventRow> => (await rig.events()).at(-1) as EventRow;
const message = async () => JSON.parse(`${(await last()).base}}`) as Record<string, unknown> & { event_data: Record<string, unknown> };
const count = async (): Promise<number> => (await rig.events()).length;

async function post(parts: Record<string, string>, { query = `i=${sid}&tr=px&t=open&v=2`, authorization = `Bearer ${rig.admin}`, headers = {} }: { query?: string; authorization?: string; headers?: Record<string, string> } = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) form.set(name, name === 'wd' || name === 'ma' ? new Blob([value], { type: 'application/json' }) : value);
  const response = await fetch(`${rig.server.url}/event/post?${query}`, { method: 'POST', headers: { authorization, ...headers }, body: form });
  return { status: response.status, retryAfter: response.headers.get('retry-after'), json: (await response.json()) as { error: number; error_text: string } };
}

async function posted(parts: Record<string, string>, options: Parameters<typeof post>[1] = {}): Promise<Awaited<ReturnType<typeof message>>> {
  const before = await count();
  expect(await post(parts, options)).toMatchObject({ status: 200, json: { error: 0, error_text: '' } });
  expect(await count()).toBe(before + 1);
  return message();
}

describe('POST /event/post', () => {
  it('becomes a pixel event at its time, in its zone', async () => {
    const event = await posted({ ...EVENT, wd: '{"sum":1.50,"currency":"EUR","gift":false,"note":null}', cn: 'c', cc: 'co', ck: 'k', cm: 'm', cs: 's', ct: 'x' });
    expect(await last()).toMatchObject({ accountId: 1, databaseId: 12, pixelId: 7, eventType: 'pixel' });
    expect(event).toMatchObject({
      event_date: '2026-02-02T02:40:00.000Z',
      event_data: { pixel_id: 7, goal: 'purchase', goals: [{ goal: 'purchase' }], ip: '127.0.0.1', tz: 'Etc/GMT-3', tz_offset_min: 180, utm: { campaign: 'c', content: 'co', keyword: 'k', medium: 'm', source: 's', temp: 'x' } },
    });
    expect((await last()).base).toContain('"pixel_data":{"sum":1.50,"currency":"EUR","gift":false,"note":null}');
    expect((await posted({ ...EVENT, tz: '330', aci: 'c-1' })).event_data).toMatchObject({ tz_offset_min: -330, client_id: 'c-1' });
    expect((await posted({ ...EVENT, tz: '0' })).event_data).toMatchObject({ tz: 'Etc/UTC', tz_offset_min: 0 });
  });

  it('knows the message by a bare smid and by a quoted one', async () => {
    for (const mi of ['smid-1.abc', '"smid-1.abc"']) {
      expect((await posted({ ...EVENT, mi })).event_data).toMatchObject({ send_message_id: 'smid-1.abc' });
      expect((await last()).contentRef).toBe('smid-1.abc');
    }
  });

  it('finds the profile by what the device matches by', async () => {
    await rig.call('PUT', '/v1/databases/12/profiles/p1', { body: { fields: { email: 'ann@example.net', phones: ['+15550100'], level: 1.0 } } });
    expect(await posted({ ...EVENT, ma: '{"matching":"email","email":"Ann@example.net"}' })).toMatchObject({ profile_id: 'p1', _md5: expect.any(String) });
    expect(await posted({ ...EVENT, mm: 'phone', ma: '{"phone":"+1 555 01 00"}' })).toMatchObject({ profile_id: 'p1' });
    expect(await posted({ ...EVENT, ma: '{"profile_id":"p2"}' })).toMatchObject({ profile_id: 'p2' });
    await posted({ ...EVENT, ma: '{"profile_id":"p1"}', pf: '{"_fname":"Ann","level":{"action":"set","value":2.0},"old":{"action":"unset"},"n":{"action":"incr","value":1}}' });
    expect((await last()).profile).toBe('{"email":"ann@example.net","phones":["+15550100"],"level":2.0,"_fname":"Ann","old":null}');
  });

  it('carries the subscription that it adds', async () => {
    expect(await posted({ ...EVENT, sn: '{"channel":"push","resource_id":2,"provider":"android-firebase","subscription_id":"dev","cc_data":{"a":1}}' })).toMatchObject({ subscription: [{ channel: 'push', resource_id: 2, ccsub: { a: 1 } }] });
  });

  it('is stored once however often it is tried', async () => {
    const before = await count();
    for (let attempt = 0; attempt < 3; attempt++) expect(await post(EVENT, { headers: { 'request-id': '9b2e' } })).toMatchObject({ status: 200, json: { error: 0 } });
    expect(await count()).toBe(before + 1);
  });

  it('takes our tokens, also as the SDK writes a role\'s', async () => {
    await posted(EVENT, { authorization: `Bearer rtoken@${rig.admin}` });
    await posted(EVENT, { authorization: `Bearer ${rig.platform}` });
    expect((await post(EVENT, { authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.x' })).json.error).toBe(401);
    expect((await post(EVENT, { authorization: `Bearer ${await rig.token({ scopes: ['hooks:read'] })}` })).json.error).toBe(403);
    expect((await post(EVENT, { authorization: `Bearer ${rig.other}` })).json.error).toBe(404);
  });

  it.each([
    [{ tz: 'x' }], [{ tz: '1000' }], [{ t: 'x' }], [{ t: '-1' }], [{ t: '99999999999' }], [{ wn: '<b>' }], [{ wd: '{"a":{"b":1}}' }], [{ wd: '[1]' }], [{ wd: '{' }], [{ wd: '{"a":1,"a":2}' }], [{ ma: '1' }], [{ pf: '[]' }], [{ sn: '{}' }],
  ])('refuses %j', async (change) => {
    const before = await count();
    const { status, json } = await post({ ...EVENT, ...change });
    expect([status, json.error === 0, json.error_text === '']).toEqual([200, false, false]);
    expect(await count()).toBe(before);
  });

  it('refuses what is no form, no pixel, no such kind', async () => {
    for (const query of ['', 'i=nope', `i=${sid}&i=${sid}`, `i=${sid}&t=close`, `i=${sid}&tr=xx`]) expect((await post(EVENT, { query })).json.error).not.toBe(0);
    const raw = await rig.call('POST', `/event/post?i=${sid}`, { raw: 'x', headers: { 'content-type': 'multipart/form-data; boundary=a' } });
    expect([raw.status, raw.json.error]).toEqual([200, 400]);
    expect((await rig.call('POST', `/event/post?i=${sid}`, { body: EVENT })).json.error).toBe(400);
    expect((await post({ ...EVENT, big: 'x'.repeat(70_000) })).json.error).toBe(413);
  });

  it('is to be tried again while nothing can be stored', async () => {
    failWith = new HooklineError('store_unavailable', 'test');
    expect(await post(EVENT).finally(() => (failWith = null))).toMatchObject({ status: 503, retryAfter: '1', json: { error: 503 } });
  });
});

describe('POST /event/push', () => {
  it('records what became of a push message', async () => {
    for (const [path, type] of [['open', 'open_push'], ['delivery', 'deliv_push']] as const) {
      const answer = await rig.call('POST', `/event/push/${path}?matching_mode=push_sub`, { body: { time: 1770000000, smid: 'm-1' } });
      expect(answer).toMatchObject({ status: 200, json: { error: 0, error_text: '' } });
      expect(await message()).toMatchObject({ event_type: type, event_date: '2026-02-02T02:40:00.000Z', account_id: 1, event_data: { send_message_id: 'm-1' } });
    }
  });

  it.each([{ time: 'x', smid: 'a' }, { time: 1, smid: '' }, { smid: 'a' }, [], { time: 1.5, smid: 'a' }])('refuses %j', async (body) => {
    expect((await rig.call('POST', '/event/push/open', { body })).json.error).not.toBe(0);
  });
});
