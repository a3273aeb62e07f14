import { createHash } from 'node:crypto';
import { type EventRow, HooklineError } from '@hookline/core';
import type { EventLog } from '@hookline/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

// contract.md 7.2: the goals API.

let rig: EdgeRig;
let failWith: HooklineError | null = null;
beforeAll(async () => {
  rig = await openEdgeRig({
    deps: ({ log }) => ({ logs: [Object.create(log, { append: { value: (request: Parameters<EventLog['append']>[0]) => (failWith === null ? log.append(request) : Promise.reject(failWith)) } }) as EventLog] }),
    config: { pixels: { readPlace: (address) => (address === '192.0.2.10' ? { country: '.fr', city: 'Lyon' } : null) } },
  });
  await rig.call('PUT', '/v1/pixels/7', { body: { name: 'Shop', database_id: 12 } });
});
afterAll(() => rig.close());

const GOAL = { db_id: 12, pixel_id: 7, goal: 'Checkout', value: 9.5, matching: 'email', email: ' Ann@Example.net ' };
const register = (body: object, token: string | null = rig.admin) => rig.call('POST', '/api/v1.1/goals/register', { token, body });
const last = async (): Promise<EventRow> => (await rig.events()).at(-1) as EventRow;
const message = async () => JSON.parse(`${(await last()).base}}`) as Record<string, unknown> & { event_data: Record<string, unknown> };
const count = async (): Promise<number> => (await rig.events()).length;

async function registered(body: object): Promise<Awaited<ReturnType<typeof message>>> {
  const before = await count();
  expect(await register(body)).toMatchObject({ status: 200, json: { error: 0, error_text: '' } });
  expect(await count()).toBe(before + 1);
  return message();
}

describe('a goal that is registered', () => {
  it('is the event that the pixel would have made', async () => {
    const event = await registered({ ...GOAL, referer: 'https://u:p@a.example/?token=1', user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0', accept_language: 'fr', client_ip: '192.0.2.10', pixel_data: { order: 'A-1', n: null } });
    expect(await last()).toMatchObject({ accountId: 1, databaseId: 12, eventType: 'pixel', pixelId: 7, profileId: null });
    expect(event).toMatchObject({
      event_type: 'pixel', is_test: false, list_id: 12, _md5: createHash('md5').update('ann@example.net').digest('hex'), _xxh: expect.stringMatching(/^[0-9a-f]{16}$/),
      event_data: { pixel_id: 7, goal: 'Checkout', value: 9.5, goals: [{ goal: 'Checkout', value: 9.5 }], referer: 'https://a.example/', ip: '192.0.2.10', country: '.fr', city: 'Lyon', browser: 'Firefox', accept_language: 'fr', pixel_data: { order: 'A-1', n: null } },
    });
    expect((await last()).base).not.toMatch(/example\.net/i);
  });

  it('may have several goals, none, a negative value, and be a test', async () => {
    expect((await registered({ ...GOAL, goal: undefined, value: undefined, goals: [{ goal: 'a', value: -1.5 }, { goal: 'b' }] })).event_data).toMatchObject({ goals: [{ goal: 'a', value: -1.5 }, { goal: 'b' }] });
    expect((await registered({ ...GOAL, goal: undefined, value: undefined })).event_data).toEqual({ pixel_id: 7 });
    expect(await registered({ ...GOAL, is_test: true, skip_triggers: true, enrich_profile: false, external_thing: 1 })).toMatchObject({ is_test: true });
  });

  it('has its date in UTC, with its fraction', async () => {
    expect(await registered({ ...GOAL, date: '2026-02-03T01:05:06.123456789+03:00' })).toMatchObject({ event_date: '2026-02-02T22:05:06.123456789Z' });
    expect(await registered({ ...GOAL, date: '2026-02-03T01:05:06Z' })).toMatchObject({ event_date: '2026-02-03T01:05:06Z' });
  });

  it('finds the profile that it is about', async () => {
    await rig.call('PUT', '/v1/databases/12/profiles/p-mail', { body: { fields: { email: 'ann@example.net', big: 1.5 } } });
    await rig.call('PUT', '/v1/databases/12/profiles/p-phone', { body: { fields: { phones: ['+1 555 0100'] } } });
    expect(await registered(GOAL)).toMatchObject({ profile_id: 'p-mail' });
    expect(await registered({ ...GOAL, matching: undefined })).toMatchObject({ profile_id: 'p-mail' });
    expect(await registered({ ...GOAL, matching: 'email_profile' })).toMatchObject({ profile_id: 'p-mail' });
    expect(await registered({ ...GOAL, matching: 'phone', phone: '+15550100' })).toMatchObject({ profile_id: 'p-phone' });
    expect(await registered({ ...GOAL, matching: 'profile_id', profile_id: 'p-other' })).toMatchObject({ profile_id: 'p-other' });
    const custom = await registered({ ...GOAL, matching: 'custom', field_name: 'card', field_value: 17 });
    expect([custom['profile_id'], custom.event_data['matching']]).toEqual([undefined, { mode: 'custom', field_name: 'card', field_value: 17 }]);
    expect(await registered({ ...GOAL, vendor: 'acme' })).toMatchObject({ profile_id: 'p-mail' });
    expect((await last()).profile).toBe('{"email":"ann@example.net","big":1.5,"_vendor":"acme"}');
  });

  it('may have its token in the body', async () => {
    expect(await register({ ...GOAL, token: rig.admin }, null)).toMatchObject({ status: 200, json: { error: 0 } });
    expect(await register({ ...GOAL, account_id: 2 }, rig.platform)).toMatchObject({ status: 200, json: { error: 0 } });
    expect(await last()).toMatchObject({ accountId: 2 });
  });
});

describe('what cannot be registered', () => {
  it.each([
    [{ db_id: undefined }], [{ pixel_id: undefined }], [{ db_id: 'x' }], [{ goal: 'x'.repeat(129) }], [{ goal: '<b>' }], [{ value: 'x' }], [{ goals: [{ value: 1 }] }], [{ date: 'yesterday' }], [{ date: '2026-02-03T01:05:06' }], [{ date: '1969-12-31T00:00:00Z' }],
    [{ date: '2999-01-01T00:00:00Z' }], [{ matching: 'nope' }], [{ email: undefined }], [{ email: ' ' }], [{ matching: 'phone' }], [{ matching: 'profile_id' }], [{ matching: 'custom' }], [{ matching: 'custom', field_name: 'a' }], [{ client_ip: 'x' }],
    [{ pixel_data: { a: { b: 1 } } }], [{ pixel_data: { a: [1] } }], [{ pixel_data: { a: 'x'.repeat(1_024) } }], [{ pixel_data: [] }], [{ visitor_id: 'x' }],
  ])('%j', async (change) => {
    const before = await count();
    const { status, json } = await register({ ...GOAL, ...change });
    expect([status, json.error === 0, json.error_text === '']).toEqual([200, false, false]);
    expect(await count()).toBe(before);
  });

  it('without a token that may', async () => {
    expect(await register(GOAL, null)).toMatchObject({ status: 200, json: { error: 401 } });
    expect(await register(GOAL, 'hl_wrong')).toMatchObject({ status: 200, json: { error: 401 } });
    expect(await register(GOAL, await rig.token({ scopes: ['hooks:read'] }))).toMatchObject({ status: 200, json: { error: 403 } });
  });

  it('on a pixel that is switched off', async () => {
    await rig.call('PUT', '/v1/pixels/8', { body: { name: 'Off', database_id: 12, active: false } });
    expect((await register({ ...GOAL, pixel_id: 8 })).json.error).not.toBe(0);
  });

  it('while nothing can be stored: the only answer that is not 200', async () => {
    failWith = new HooklineError('store_unavailable', 'test');
    const answer = await register(GOAL).finally(() => (failWith = null));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  });
});
