import { HooklineError, type EventRow } from '@hookline/core';
import type { EventLog } from '@hookline/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

// What the platform tells besides events: changes of status, imports of profiles by its own API.

let rig: EdgeRig;
let away = false;
beforeAll(async () => {
  rig = await openEdgeRig({
    deps: ({ log }) => ({ logs: [Object.create(log, { append: { value: (request: Parameters<EventLog['append']>[0]) => (away ? Promise.reject(new HooklineError('store_unavailable', 'test')) : log.append(request)) } }) as EventLog] }),
  });
});
afterAll(() => rig.close());

const last = async (): Promise<EventRow> => (await rig.events()).at(-1) as EventRow;
const message = async (): Promise<Record<string, unknown>> => JSON.parse(`${(await last()).base}}`);

describe('POST /v1/subscription-status-changes', () => {
  const CHANGE = { list_id: 12, profile_id: 'p1', email: 'ann@example.net', subscription: { channel: 'email', resource_id: 2, email: 'ann@example.net', priority: 1 }, old_status: 'subscribed', new_status: 'unsubscribed', source: 'ui' };
  const post = (over: Record<string, unknown> = {}, token = rig.admin) => rig.call('POST', '/v1/subscription-status-changes', { token, body: { ...CHANGE, ...over } });

  // contract.md 2.3, whole.
  it.each<[from: string | null, to: string, channel: string, answer: string]>([
    ['subscribed', 'unsubscribed', 'email', 'unsub'], ['subscribed', 'complainer', 'email', 'complain'], ['subscribed', 'hardbounced', 'email', 'hbounce'], [null, 'unsubscribed', 'sms', 'unsub_sms'],
    ['unsubscribed', 'subscribed', 'email', 'sub'], ['complainer', 'subscribed', 'push', 'sub_push'], ['hardbounced', 'subscribed', 'telegram_bot', 'sub_telegram_bot'], ['Unsubscribed', 'Subscribed', 'max_bot', 'sub_max_bot'],
    ['suspended', 'subscribed', 'email', 'previous_status_makes_no_event'], ['unconfirmed', 'subscribed', 'email', 'previous_status_makes_no_event'], [null, 'subscribed', 'email', 'previous_status_makes_no_event'],
    ['subscribed', 'unconfirmed', 'email', 'status_makes_no_event'], ['subscribed', 'suspended', 'viber', 'status_makes_no_event'], ['subscribed', 'invalid', 'notify', 'status_makes_no_event'],
    ['unsubscribed', 'unsubscribed', 'whatsapp', 'unchanged'],
  ])('%s to %s on %s: %s', async (from, to, channel, expected) => {
    const before = (await rig.events()).length;
    const answer = await post({ old_status: from, new_status: to, subscription: { channel, resource_id: 2 } });
    const made = answer.status === 202;
    expect(made ? answer.json : { ...answer.json, status: answer.status }).toEqual(made ? { event: { event_id: expect.any(String), event_type: expected }, duplicate: false, reason: null } : { status: 200, event: null, duplicate: false, reason: expected });
    expect((await rig.events()).length).toBe(before + (made ? 1 : 0));
  });

  it('records the event of 3.4, the subscription with its own bytes', async () => {
    const raw = JSON.stringify({ ...CHANGE, event_id: 'status-1', event_date: '2026-02-03T04:05:06.123456789Z' }).replace('"priority":1', '"priority":1,"status":"old","x":9007199254740993');
    expect((await rig.call('POST', '/v1/subscription-status-changes', { raw })).json.event).toEqual({ event_id: 'status-1', event_type: 'unsub' });
    expect(await last()).toMatchObject({ accountId: 1, databaseId: 12, profileId: 'p1', resourceId: 2, eventType: 'unsub', eventId: 'status-1' });
    expect(await message()).toMatchObject({
      event_date: '2026-02-03T04:05:06.123456789Z', is_test: false, _md5: expect.stringMatching(/^[0-9a-f]{32}$/), event_data: { resource_id: 2, channel: 'email', old_status: 'subscribed', new_status: 'unsubscribed', source: 'ui' },
    });
    expect((await last()).base).toContain('"subscription":[{"channel":"email","resource_id":2,"email":"ann@example.net","priority":1,"status":"unsubscribed","x":9007199254740993}]');
    expect((await last()).base).not.toContain('"email":"ann@example.net","event_data"');
  });

  it('takes channel and resource in place of a subscription, one of the two', async () => {
    const { subscription: _, source: __, list_id: ___, ...bare } = CHANGE;
    const call = (body: object) => rig.call('POST', '/v1/subscription-status-changes', { body });
    expect((await call({ ...bare, channel: 'sms', resource_id: 2 })).json.event).toMatchObject({ event_type: 'unsub_sms' });
    expect(await message()).toMatchObject({ event_data: { resource_id: 2, channel: 'sms', old_status: 'subscribed', new_status: 'unsubscribed', source: 'api' }, subscription: [{ resource_id: 2, channel: 'sms', status: 'unsubscribed' }] });
    for (const body of [bare, { ...CHANGE, channel: 'sms' }]) expect(await call(body)).toMatchObject({ status: 422, json: { error: { code: 'required', path: '/subscription' } } });
  });

  it('is idempotent by event_id, the first body wins', async () => {
    expect((await post({ event_id: 'status-2' })).json).toMatchObject({ event: { event_id: 'status-2' }, duplicate: false });
    expect((await post({ event_id: 'status-2', new_status: 'complainer' })).json).toMatchObject({ event: { event_id: 'status-2' }, duplicate: true });
    expect((await rig.events()).filter(({ eventId }) => eventId === 'status-2')).toMatchObject([{ eventType: 'unsub' }]);
  });

  it('takes the subscription as it stands in an event, and a platform\'s word for an account', async () => {
    expect((await post({ subscription: [CHANGE.subscription] })).status).toBe(202);
    expect((await post({ account_id: 2 }, rig.platform)).status).toBe(202);
    expect((await last()).accountId).toBe(2);
    expect((await post({}, rig.platform)).status).toBe(422);
    expect((await post({ account_id: 2 })).status).toBe(403);
    expect((await post({}, await rig.token({ scopes: ['profiles:write'] }))).status).toBe(403);
  });

  it.each<[over: Record<string, unknown>, path: string]>([
    [{ new_status: 'gone' }, '/new_status'], [{ old_status: undefined }, '/old_status'], [{ source: 'magic' }, '/source'], [{ list_id: '12' }, '/list_id'], [{ subscription: { channel: 'pigeon' } }, '/subscription'], [{ subscription: undefined }, '/subscription'],
    [{ event_id: 'a b' }, '/event_id'], [{ event_date: 'yesterday' }, '/event_date'], [{ extra: 1 }, '/extra'], [{ subscription: { channel: 'email', phone: 5 } }, '/subscription/0/phone'],
  ])('%j: 422 at %s', async (over, path) => {
    const answer = await post(over);
    expect(answer.status).toBe(422);
    expect(answer.json.error.problems.map((problem: { path: string }) => problem.path).join(' ')).toContain(path);
  });

  it('says so where it cannot be stored', async () => {
    away = true;
    const answer = await post();
    away = false;
    expect(answer).toMatchObject({ status: 503, json: { error: { code: 'store_unavailable' } } });
  });
});

describe('POST /api/v1.1/profiles/import', () => {
  const post = async (body: Record<string, unknown>, options: { token?: string | null; headers?: Record<string, string> } = {}) => rig.call('POST', '/api/v1.1/profiles/import', { body, ...options });
  const stored = async (id: string): Promise<string> => (await rig.call('GET', `/v1/databases/21/profiles/${id}`)).text;
  const done = { error: 0, error_text: '', profile_id: expect.stringMatching(/^[0-9a-f]{24}$/) };

  it('makes a profile, then finds it by its address, and records import_api each time', async () => {
    const first = await post({ db_id: 21, email: 'Bob@Example.NET', data: { _fname: 'Bob', _vendor: 'fair', score: 5 }, resource_id: 2, skip_triggers: true });
    expect([first.status, first.json]).toEqual([200, done]);
    const id = first.json.profile_id as string;
    expect(await last()).toMatchObject({ eventType: 'import_api', databaseId: 21, profileId: id, resourceId: 2 });
    expect(await message()).toMatchObject({ _md5: expect.any(String), event_data: { is_new: true, resource_id: 2, vendor: 'fair' } });
    expect(await message()).not.toHaveProperty('subscription');
    const raw = `{"db_id":21,"email":" bob@example.net","data":{"score":9007199254740993,"city":1.0}}`;
    expect((await rig.call('POST', '/api/v1.1/profiles/import', { raw })).json).toEqual({ ...done, profile_id: id });
    expect(await stored(id)).toContain('"fields":{"_fname":"Bob","_vendor":"fair","score":9007199254740993,"email":"Bob@Example.NET","city":1.0}');
    expect((await message()).event_data).toEqual({ is_new: false, vendor: 'fair' });
  });

  it('keeps, replaces and adds subscriptions, and tells which it touched', async () => {
    const subscriptions = [{ channel: 'email', resource_id: 1, email: 'c@example.net', status: 'subscribed' }, { channel: 'telegram_bot', resource_id: 1, cc_data: { id: 7 }, status: 'subscribed' }];
    const { json } = await post({ db_id: 21, matching: 'email_profile', email: 'c@example.net', data: { subscriptions } });
    await post({ db_id: 21, matching: 'email_sub', email: 'c@example.net', data: { subscriptions: [{ ...subscriptions[0], status: 'unsubscribed' }, { channel: 'sms', phone: '+15550100' }] } });
    expect(JSON.parse(await stored(json.profile_id)).fields.subscriptions).toEqual([{ ...subscriptions[0], status: 'unsubscribed' }, subscriptions[1], { channel: 'sms', phone: '+15550100' }]);
    expect((await message()).subscription).toEqual([{ ...subscriptions[0], status: 'unsubscribed' }, { channel: 'sms', phone: '+15550100' }]);
    await post({ db_id: 21, matching: 'phone_sub', phone: '15550100', data: { subscriptions: [subscriptions[1]] } });
    expect((await message()).subscription).toEqual([{ channel: 'telegram_bot', resource_id: 1, ccsub: { id: 7 }, status: 'subscribed' }]);
  });

  it.each<[name: string, fields: Record<string, unknown>]>([
    ['phone', { matching: 'phone', phone: '+7 (999) 000-00-01' }], ['phone of a subscription', { matching: 'phone_sub', phone: '79990000002' }], ['email of a subscription', { matching: 'email_sub', email: 'only-sub@example.net' }],
    ['push token', { matching: 'push_sub', provider: 'ios-apns', subscription_id: 'T' }], ['email or phone', { matching: 'email_phone', email: 'x1@example.net', phone: '79990000003' }], ['the address in the data', { data: { email: 'in-data@example.net' } }],
  ])('a new profile is found again by the same %s', async (_name, fields) => {
    const first = await post({ db_id: 22, ...fields });
    expect(first.json).toEqual(done);
    expect((await post({ db_id: 22, ...fields })).json.profile_id).toBe(first.json.profile_id);
  });

  it('32 imports of one new address at once make one profile', async () => {
    const answers = await Promise.all(Array.from({ length: 32 }, (_, n) => post({ db_id: 23, email: 'race@example.net', data: { [`f${n}`]: n } })));
    expect(new Set(answers.map(({ json }) => json.profile_id)).size).toBe(1);
    const { fields } = (await rig.call('GET', `/v1/databases/23/profiles/${answers[0]?.json.profile_id}`)).json;
    expect(Object.keys(fields)).toHaveLength(33);
  });

  it('profile_id only updates', async () => {
    expect((await post({ db_id: 21, matching: 'profile_id', profile_id: 'nobody', data: { a: 1 } })).json).toEqual({ error: 400, error_text: 'profile_id: There is no such profile.' });
    await rig.call('PUT', '/v1/databases/21/profiles/known', { body: { fields: { a: 1, b: 2 } } });
    expect((await post({ db_id: 21, matching: 'profile_id', profile_id: 'known', data: { a: null } })).json).toEqual({ ...done, profile_id: 'known' });
    expect(JSON.parse(await stored('known')).fields).toEqual({ a: null, b: 2 });
    await rig.call('DELETE', '/v1/databases/21/profiles/known');
    expect((await post({ db_id: 21, matching: 'profile_id', profile_id: 'known', data: { a: 1 } })).json.error).toBe(400);
  });

  it('takes the token from the body or from the header', async () => {
    const body = { db_id: 24, email: 'token@example.net' };
    expect((await post({ ...body, token: rig.admin }, { token: null })).json).toEqual(done);
    expect((await post(body, { token: null })).json).toEqual({ error: 401, error_text: 'Token required.' });
    expect((await post({ ...body, token: 'hl_wrong' }, { token: null })).json.error).toBe(401);
    expect((await post({ ...body, token: 'hl wrong, two' }, { token: null })).json.error).toBe(401);
    expect((await post(body, { token: await rig.token({ scopes: ['hooks:write'] }) })).json).toEqual({ error: 403, error_text: expect.stringMatching(/^No /) });
    expect((await post({ ...body, account_id: 2 })).json.error).toBe(403);
    expect((await post({ ...body, token: rig.platform, account_id: 2 }, { token: null })).json).toEqual(done);
    expect((await last()).accountId).toBe(2);
    expect((await post({ ...body, token: rig.platform }, { token: null })).json.error).toBe(400);
  });

  it.each<[name: string, raw: string]>([
    ['nothing', ''], ['no JSON', '{"db_id":'], ['no object', '[]'], ['no database', '{"email":"a@b.c"}'], ['database 0', '{"db_id":0,"email":"a@b.c"}'], ['no address', '{"db_id":21}'], ['no phone', '{"db_id":21,"matching":"phone","email":"a@b.c"}'],
    ['an unknown matching', '{"db_id":21,"matching":"custom","field_name":"a","field_value":1}'], ['data that is a list', '{"db_id":21,"email":"a@b.c","data":[]}'], ['two meanings', '{"db_id":21,"db_id":22,"email":"a@b.c"}'],
    ['subscriptions that are no list', '{"db_id":21,"email":"bad@b.c","data":{"subscriptions":{}}}'], ['a subscription without a channel', '{"db_id":21,"email":"bad@b.c","data":{"subscriptions":[{"email":"a@b.c"}]}}'],
    ['a profile that is too large', `{"db_id":21,"email":"bad@b.c","data":{"a":"${'x'.repeat(60_000)}","b":"${'x'.repeat(10_000)}"}}`],
  ])('%s: 200 with an error, and nothing is stored', async (_name, raw) => {
    const before = (await rig.events()).length;
    const answer = await rig.call('POST', '/api/v1.1/profiles/import', { raw });
    expect([answer.status, answer.json]).toEqual([200, { error: 400, error_text: expect.stringMatching(/./) }]);
    expect((await rig.events()).length).toBe(before);
    expect(await rig.control.profiles.find(1, 21, { kind: 'email', value: 'bad@b.c' })).toEqual([]);
  });

  it('leaves out a bad subscription where it is told to', async () => {
    const { json } = await post({ db_id: 21, email: 'skip@example.net', skip_invalid_subscriptions: true, data: { subscriptions: [{ email: 'x' }, { channel: 'sms', phone: '1' }] } });
    expect(JSON.parse(await stored(json.profile_id)).fields.subscriptions).toEqual([{ channel: 'sms', phone: '1' }]);
  });

  it('is 503 only where it cannot be stored', async () => {
    away = true;
    const answer = await post({ db_id: 21, email: 'away@example.net' });
    away = false;
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
  });
});

describe('GET /v1/databases/{id}/fields', () => {
  const fields = async (database: number, token = rig.admin) => (await rig.call('GET', `/v1/databases/${database}/fields`, { token })).json.data as { name: string }[];

  it('lists the standard fields and those that profiles were seen with', async () => {
    expect(await fields(31)).toMatchObject(Array.from({ length: 21 }, () => ({ standard: true, seen: false })));
    await rig.call('PUT', '/v1/databases/31/profiles/a', { body: { fields: { email: 'a@b.c', tariff: 'gold', _sex: 1 } } });
    await rig.call('POST', '/v1/databases/31/profiles', { raw: '{"profile_id":"b","fields":{"tariff":null,"tags":[1]}}\n', headers: { 'content-type': 'application/x-ndjson' } });
    const known = new Map((await fields(31)).map((field) => [field.name, field]));
    expect([known.get('email'), known.get('_sex'), known.get('tariff'), known.get('tags')]).toEqual([
      { name: 'email', label: 'Email', standard: true, kinds: ['string'], seen: true }, { name: '_sex', label: 'Sex', standard: true, kinds: ['number', 'string'], seen: true },
      { name: 'tariff', label: 'tariff', standard: false, kinds: ['string', 'null'], seen: true }, { name: 'tags', label: 'tags', standard: false, kinds: ['array'], seen: true },
    ]);
    expect((await fields(31, rig.other)).map(({ name }) => name)).not.toContain('tariff');
    const page = await rig.call('GET', '/v1/databases/31/fields?limit=20');
    expect((await rig.call('GET', `/v1/databases/31/fields?cursor=${page.json.next_cursor}`)).json).toMatchObject({ data: [{ name: '_status' }, { name: 'tags' }, { name: 'tariff' }], next_cursor: null });
    for (const id of ['0', 'x', '-1']) expect((await rig.call('GET', `/v1/databases/${id}/fields`)).status).toBe(422);
  });

  it('a hook is warned of fields that no profile was seen with', async () => {
    await rig.call('PUT', '/v1/databases/32/profiles/a', { body: { fields: { tariff: 1 } } });
    await rig.call('PUT', '/v1/catalog/databases/32', { body: { name: 'D' } });
    const warned = async (database: number | null, token = rig.admin) => {
      const hook = { name: 'x', database_id: database, events: ['click'], custom_data: { fields: ['email', 'tariff', 'tarif'] }, request: { type: 'http', url: 'https://crm.example.com/in' } };
      return (await rig.call('POST', '/v1/hooks', { token, body: hook })).json.warnings.filter(({ code }: { code: string }) => code === 'field_unknown').map(({ path }: { path: string }) => path);
    };
    expect([await warned(32), await warned(null), await warned(33), await warned(null, rig.other)]).toEqual([['/custom_data/fields/2'], ['/custom_data/fields/2'], ['/custom_data/fields/1', '/custom_data/fields/2'], ['/custom_data/fields/1', '/custom_data/fields/2']]);
  });
});

describe('GET /v1/event-types', () => {
  it('narrows by family, status, subject and exportable', async () => {
    await rig.call('PUT', '/v1/event-types/shop_order', { body: { family: 'shop', subjects: ['pixel'], exportable: false, sample: { event_date: '2026-01-01T00:00:00Z', event_data: { pixel_id: 5 } } } });
    const names = async (query: string): Promise<string[]> => (await rig.call('GET', `/v1/event-types?${query}`)).json.data.map(({ event_type: name }: { event_type: string }) => name);
    expect(await names('status=custom')).toEqual(['shop_order']);
    expect(await names('subject=pixel')).toEqual(['pixel', 'shop_order']);
    expect(await names('exportable=false')).toEqual(['campaign_launch', 'profile_merge', 'profile_split', 'shop_order']);
    expect(await names('family=import&status=documented')).toEqual(['import_manual', 'import_file', 'import_api']);
    expect((await rig.call('GET', '/v1/event-types/shop_order')).json).toMatchObject({ event_type: 'shop_order', status: 'custom', sample: { event_type: 'shop_order' } });
    expect((await rig.call('GET', '/v1/event-types/shop_order', { token: rig.other })).status).toBe(404);
    for (const query of ['status=x', 'subject=cat', 'exportable=1', 'kind=x']) expect((await rig.call('GET', `/v1/event-types?${query}`)).status).toBe(422);
  });
});
