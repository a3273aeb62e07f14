import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

const HOOK = { name: 'Orders', events: ['click', 'send'], request: { type: 'http', url: 'https://crm.example.com/in' } };
const event = (id: string, more = '"event_data":{"campaign_id":41,"n":1.0}', type = 'click'): string => `{"event_type":"${type}","event_date":"2026-02-03T04:05:06.120000009Z","event_id":"${id}",${more}}`;

let rig: EdgeRig;
beforeAll(async () => {
  rig = await openEdgeRig();
  await rig.call('PUT', '/v1/catalog/mailings/41', { body: { name: 'Spring' } });
  await rig.call('PUT', '/v1/databases/12/profiles/p1', { raw: '{"fields":{"email":"ann@example.net","big":9007199254740993}}' });
  const events = [
    event('e1', '"list_id":12,"profile_id":"p1","event_data":{"campaign_id":41,"n":9007199254740993, "m":1.0}'), event('e2', '"event_data":{"campaign_id":42}'), event('e3', undefined, 'open'), event('e4', '"list_id":13,"event_data":{}', 'send'), event('e5'),
  ];
  await rig.call('POST', '/v1/events', { raw: `[${events.slice(0, 3).join(',')}]` });
  await rig.call('POST', '/v1/events', { token: rig.other, raw: event('theirs') });
  await rig.call('POST', '/v1/events', { raw: `[${events.slice(3).join(',')}]` });
});
afterAll(() => rig.close());

const run = (body: Record<string, unknown>, token = rig.admin) => rig.call('POST', '/v1/hooks/dry-run', { token, body });
const told = (json: { data: { event_id: string; would_send: boolean; rule: string }[] }): unknown => json.data.map(({ event_id: id, would_send: sent, rule }) => [id, sent, rule]);

describe('POST /v1/hooks/dry-run', () => {
  it('tells of each event of the account whether it would be sent, and by which rule not', async () => {
    expect(told((await run({ hook: HOOK })).json)).toEqual([['e1', true, 'matched'], ['e2', true, 'matched'], ['e3', false, 'event_type'], ['e4', true, 'matched'], ['e5', true, 'matched']]);
    expect(told((await run({ hook: { ...HOOK, filters: { mailings: [41] } } })).json)).toEqual([['e1', true, 'matched'], ['e2', false, 'filter.mailings'], ['e3', false, 'event_type'], ['e4', false, 'filter.mailings'], ['e5', true, 'matched']]);
    expect(told((await run({ hook: { ...HOOK, database_id: 12 } })).json)).toEqual([['e1', true, 'matched'], ...['e2', 'e3', 'e4', 'e5'].map((id) => [id, false, 'database'])]);
    expect(told((await run({ hook: HOOK }, rig.other)).json)).toEqual([['theirs', true, 'matched']]);
  });

  it('shows the very message, byte for byte, as the saved hook would send it', async () => {
    const hook = { ...HOOK, database_id: 12, custom_data: { fields: ['email', 'big'], template: { id: '{{uuid}}', name: '{{campaign_name}}' } } };
    const { json: saved } = await rig.call('POST', '/v1/hooks', { body: hook });
    const answer = await run({ hook_id: saved.id });
    const [first] = answer.json.data;
    expect(first.body).toMatch(/^\{"event_type":"click","event_date":"2026-02-03T04:05:06\.120000009Z","list_id":12,"profile_id":"p1","event_data":\{"campaign_id":41,"n":9007199254740993, "m":1\.0\},"account_id":1,"is_test":false,"event_id":"e1","custom_data":\{"email":"ann@example\.net","big":9007199254740993,"id":"[0-9a-f-]{36}","name":"Spring"\}\}$/);
    expect(answer.text).toContain(`"message":${first.body}`);
    expect((await run({ hook: saved.id })).json.data[0].body).toBe(first.body);
    // A draft over a saved hook keeps its secrets and its uuids.
    expect((await run({ hook: { ...hook, request: saved.request }, hook_id: saved.id })).json.data[0].body).toBe(first.body);
    const draft = (await run({ hook })).json.data[0].body;
    expect(draft.replace(/"id":"[^"]+"/, '')).toBe(first.body.replace(/"id":"[^"]+"/, ''));
    await rig.call('DELETE', '/v1/databases/12/profiles/p1');
    expect(JSON.parse((await run({ hook_id: saved.id })).json.data[0].body)).toMatchObject({ profile_id: null, custom_data: { email: null, big: null } });
  });

  it('goes on where it stopped, each event once', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const { json } = await run({ hook: HOOK, limit: 2, ...(cursor === null ? {} : { cursor }) });
      seen.push(...json.data.map(({ event_id: id }: { event_id: string }) => id));
      cursor = json.next_cursor;
      pages += 1;
    } while (cursor !== null && pages < 10);
    expect(seen).toEqual(['e1', 'e2', 'e3', 'e4', 'e5']);
    const { json } = await run({ hook: HOOK, limit: 1 });
    expect((await run({ hook: HOOK, cursor: json.next_cursor }, rig.other)).status).toBe(400);
    expect((await run({ hook: HOOK, cursor: 'x' })).status).toBe(400);
  });

  it('begins at the time that is asked for', async () => {
    expect((await run({ hook: HOOK, from: new Date(rig.clock.now()).toISOString() })).json).toMatchObject({ data: [], next_cursor: null });
    expect((await run({ hook: HOOK, from: '1970-01-01T00:00:00Z' })).json.data).toHaveLength(5);
    expect((await run({ hook: HOOK, from: new Date(rig.clock.now() + 60_000).toISOString() })).status).toBe(422);
  });

  it('says why a message could not be made', async () => {
    const { json } = await run({ hook: { ...HOOK, custom_data: { template: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${n}`, 'x'.repeat(60_000)])) } } });
    expect(json.data[0]).toMatchObject({ would_send: false, rule: 'matched', failure: { code: 'render_too_large' } });
    expect(json.data[0]).not.toHaveProperty('body');
  });

  it('sends, counts and stores nothing', async () => {
    const { json: saved } = await rig.call('POST', '/v1/hooks', { body: HOOK });
    const before = await rig.call('GET', `/v1/hooks/${saved.id}/lane`);
    await run({ hook_id: saved.id });
    expect((await rig.call('GET', `/v1/hooks/${saved.id}/lane`)).json).toEqual(before.json);
    expect((await rig.call('GET', `/v1/hooks/${saved.id}/attempts`)).json.data).toEqual([]);
  });

  it.each<[name: string, body: Record<string, unknown>, status: number, path: string]>([
    ['no hook', {}, 422, '/hook'], ['a bad hook', { hook: { ...HOOK, name: '' } }, 422, '/hook/name'], ['a hook nobody has', { hook_id: 'hok_none' }, 404, ''], ['limit 0', { hook: HOOK, limit: 0 }, 422, '/limit'], ['limit 501', { hook: HOOK, limit: 501 }, 422, '/limit'],
    ['another field', { hook: HOOK, to: 'now' }, 422, '/to'], ['no time', { hook: HOOK, from: 'yesterday' }, 422, '/from'],
  ])('%s: refused', async (_name, body, status, path) => {
    const answer = await run(body);
    expect([answer.status, answer.json.error.path]).toEqual([status, path]);
  });

  it('needs to read hooks and deliveries, and knows no hook of another account', async () => {
    for (const scope of ['hooks:read', 'deliveries:read']) expect((await run({ hook: HOOK }, await rig.token({ scopes: [scope] }))).status).toBe(403);
    expect((await run({ hook: HOOK }, await rig.token({ scopes: ['hooks:read', 'deliveries:read'], master: false }))).status).toBe(200);
    const { json: theirs } = await rig.call('POST', '/v1/hooks', { token: rig.other, body: HOOK });
    expect((await run({ hook_id: theirs.id })).status).toBe(404);
  });
});
