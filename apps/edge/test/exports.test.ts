import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

const DAY_MS = 86_400_000;
let rig: EdgeRig;
beforeAll(async () => {
  rig = await openEdgeRig();
});
afterAll(() => rig.close());

const day = (daysAgo: number): string => new Date(rig.clock.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);
async function hook(change: object = {}): Promise<string> {
  const made = await rig.call('POST', '/v1/hooks', { body: { name: 'h', events: ['click'], request: { type: 'http', url: 'https://receiver.example/in' }, ...change } });
  expect(made.status).toBe(201);
  return made.json.id;
}
const create = (hookId: string, body: unknown) => rig.call('POST', `/v1/hooks/${hookId}/exports`, { body });

describe('making an export', () => {
  it('refuses periods that are none, with the path', async () => {
    const id = await hook();
    for (const [body, code, path] of [
      [{ from: day(2), to: day(5) }, 'from_after_to', '/from'],
      [{ from: day(2), to: day(0) }, 'date_out_of_range', '/to'],
      [{ from: '1969-12-31', to: day(1) }, 'date_out_of_range', '/from'],
      [{ from: '11970-01-01', to: day(1) }, 'date_invalid', '/from'],
      [{ from: '2026-02-30', to: day(1) }, 'date_invalid', '/from'],
      [{ from: '2026-01-01T00:00:00+03:00', to: day(1) }, 'date_invalid', '/from'],
      [{ from: '2026-01-01+14:00', to: day(1) }, 'date_invalid', '/from'],
      [{ from: 'now', to: 'now' }, 'date_invalid', '/from'],
      [{ from: day(-1), to: 'now' }, 'date_out_of_range', '/from'],
      [{ from: day(3) }, 'required', '/to'],
      [{ from: day(3), to: day(1), hook_id: 'x' }, 'unknown_field', '/hook_id'],
      [{ from: day(3), to: day(1), max_events_per_sec: 0 }, 'range', '/max_events_per_sec'],
      [{ from: day(3), to: day(1), max_events_per_sec: 1.5 }, 'type', '/max_events_per_sec'],
    ] as const) {
      const { status, json } = await create(id, body);
      expect([status, json.error.code, json.error.path]).toEqual([422, code, path]);
    }
    expect((await rig.call('GET', `/v1/hooks/${id}/exports`)).json.data).toEqual([]);
  });

  it('names all that is wrong at once', async () => {
    const { json } = await create(await hook(), { from: 'x', to: 5, max_events_per_sec: -1 });
    expect(json.error.problems.map(({ path }: { path: string }) => path).sort()).toEqual(['/from', '/max_events_per_sec', '/to']);
  });

  it('takes 1970-01-01 to yesterday, today up to now, and answers with the whole object', async () => {
    const made = await create(await hook({ events: ['click', 'profile_merge', 'campaign_launch'] }), { from: '1970-01-01', to: day(1), max_events_per_sec: 5 });
    expect(made.status).toBe(201);
    expect(made.headers.get('etag')).toBe('"1"');
    expect(made.json).toMatchObject({
      id: expect.stringMatching(/^exp_/), from: '1970-01-01', to: day(1), status: 'in_progress', paused_by: null, max_events_per_sec: 5, skipped_event_types: ['profile_merge', 'campaign_launch'], version: 1, finished_at: null,
      progress: { percent: 0, scanned: 0, matched: 0, delivered: 0, dead: 0, expired: 0, events_per_sec: 0, eta_sec: null },
    });
    expect((await create(await hook(), { from: day(0), to: 'now' })).json).toMatchObject({ from: day(0), to: 'now' });
  });

  it('is one at a time for a hook, for an active hook, and for types that can be exported', async () => {
    const id = await hook();
    const period = { from: day(3), to: day(1) };
    expect((await create(id, period)).status).toBe(201);
    expect((await create(id, period)).json.error).toMatchObject({ code: 'export_running' });
    expect((await create(id, period)).status).toBe(409);
    expect(await create(await hook({ active: false }), period)).toMatchObject({ status: 409, json: { error: { code: 'hook_inactive' } } });
    expect(await create(await hook({ events: ['campaign_launch', 'profile_split'] }), period)).toMatchObject({ status: 422, json: { error: { code: 'nothing_exportable' } } });
    expect((await create('hok_none', period)).status).toBe(404);
  });

  it('counts days in UTC, around midnight', async () => {
    const toMidnight = DAY_MS - (rig.clock.now() % DAY_MS);
    rig.clock.move(toMidnight - 60_000);
    const today = day(0);
    const id = await hook();
    expect((await create(id, { from: today, to: today })).status).toBe(422);
    rig.clock.move(120_000);
    expect((await create(id, { from: today, to: today })).status).toBe(201);
  });
});

describe('changing an export', () => {
  const act = (id: string, verb: string) => rig.call('POST', `/v1/exports/${id}/${verb}`);

  it('goes only the ways there are', async () => {
    const { id } = (await create(await hook(), { from: day(3), to: day(1) })).json;
    expect((await act(id, 'resume')).json.error).toMatchObject({ code: 'wrong_state' });
    expect((await act(id, 'suspend')).json).toMatchObject({ status: 'paused', paused_by: 'user', version: 2 });
    expect((await act(id, 'suspend')).status).toBe(409);
    expect((await act(id, 'resume')).json).toMatchObject({ status: 'in_progress', paused_by: null });
    expect((await act(id, 'abort')).json).toMatchObject({ status: 'aborted', finished_at: expect.any(String) });
    for (const verb of ['suspend', 'resume', 'abort']) expect((await act(id, verb)).status).toBe(409);
    expect((await rig.call('PATCH', `/v1/exports/${id}`, { body: { max_events_per_sec: 5 } })).status).toBe(409);
  });

  it('changes its speed limit, by version where one is named', async () => {
    const { id } = (await create(await hook(), { from: day(3), to: day(1) })).json;
    const patch = (body: unknown, version?: number) => rig.call('PATCH', `/v1/exports/${id}`, { body, ...(version !== undefined && { headers: { 'if-match': `"${version}"` } }) });
    expect((await patch({ max_events_per_sec: 7 }, 1)).json).toMatchObject({ max_events_per_sec: 7, version: 2 });
    expect((await patch({ max_events_per_sec: 8 }, 1)).json.error).toMatchObject({ code: 'version_conflict' });
    expect((await patch({ max_events_per_sec: null })).json).toMatchObject({ max_events_per_sec: null });
    expect((await patch({ status: 'completed' })).status).toBe(422);
  });

  it('is for the master and for who has the scope, of the account', async () => {
    const { id } = (await create(await hook(), { from: day(3), to: day(1) })).json;
    const reader = await rig.token({ scopes: ['exports:read'], master: false });
    const writer = await rig.token({ scopes: ['exports:write'], master: false });
    const nobody = await rig.token({ scopes: ['hooks:read'] });
    expect((await rig.call('GET', `/v1/exports/${id}`, { token: reader })).status).toBe(200);
    expect((await rig.call('GET', `/v1/exports/${id}`, { token: nobody })).status).toBe(403);
    expect((await rig.call('POST', `/v1/exports/${id}/abort`, { token: writer })).json.error).toMatchObject({ code: 'master_required' });
    for (const target of [`/v1/exports/${id}`, `/v1/exports/${id}/stream`]) expect((await rig.call('GET', target, { token: rig.other })).status).toBe(404);
    expect((await rig.call('POST', `/v1/exports/${id}/abort`, { token: rig.other })).status).toBe(404);
    expect((await rig.call('GET', `/v1/exports/${id}`)).json.status).toBe('in_progress');
  });

  it('stays readable once its hook is deleted', async () => {
    const hookId = await hook();
    const { id } = (await create(hookId, { from: day(3), to: day(1) })).json;
    await rig.call('DELETE', `/v1/hooks/${hookId}`);
    expect((await rig.call('GET', `/v1/exports/${id}`)).status).toBe(200);
    expect((await rig.call('GET', `/v1/hooks/${hookId}/exports`)).status).toBe(404);
    expect((await rig.call('GET', '/v1/exports?limit=1')).json.data[0].id).toBe(id);
  });
});

describe('following an export', () => {
  it('tells its state at once, each change, and ends with its end', async () => {
    const { id } = (await create(await hook(), { from: day(3), to: day(1) })).json;
    const response = await fetch(`${rig.server.url}/v1/exports/${id}/stream`, { headers: { authorization: `Bearer ${rig.admin}` } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    await rig.call('POST', `/v1/exports/${id}/suspend`);
    await rig.call('POST', `/v1/exports/${id}/abort`);
    const views = (await response.text()).split('\n\n').flatMap((part) => (part.startsWith('data: ') ? [JSON.parse(part.slice('data: '.length))] : []));
    expect(views[0]).toMatchObject({ id, status: 'in_progress' });
    expect(views.at(-1)).toMatchObject({ id, status: 'aborted' });
    const again = await fetch(`${rig.server.url}/v1/exports/${id}/stream`, { headers: { authorization: `Bearer ${rig.admin}` } });
    expect((await again.text()).match(/^data: /gm)).toHaveLength(1);
  });

  it('is possible so often, and ends with the process', async () => {
    const own = await openEdgeRig();
    const made = await own.call('POST', '/v1/hooks', { body: { name: 'h', events: ['click'], request: { type: 'http', url: 'https://receiver.example/in' } } });
    const { id } = (await own.call('POST', `/v1/hooks/${made.json.id}/exports`, { body: { from: '2026-01-01', to: 'now' } })).json;
    const follow = () => fetch(`${own.server.url}/v1/exports/${id}/stream`, { headers: { authorization: `Bearer ${own.admin}` } });
    const streams = await Promise.all(Array.from({ length: 20 }, follow));
    expect(streams.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect((await follow()).status).toBe(429);
    await streams[0]?.body?.cancel();
    const closing = own.server.close(5_000);
    await Promise.all(streams.slice(1).map((stream) => stream.text()));
    await closing;
    await own.close();
  });
});
