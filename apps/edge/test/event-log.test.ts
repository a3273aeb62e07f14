import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EDGE_LIMITS } from '../src/limits.ts';
import { type Called, type EdgeRig, openEdgeRig } from './edge-rig.ts';

// The event log as its owner searches and follows it.

const event = (id: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({ event_id: id, event_type: 'click', event_date: '2026-02-03T04:05:06.123456789Z', list_id: 12, profile_id: 'p-1', event_data: { campaign_id: 41, n: 1.50 }, ...more });

let rig: EdgeRig;
beforeAll(async () => {
  rig = await openEdgeRig();
  for (const [id, more] of [
    ['a', {}], ['b', { event_type: 'open', event_data: { campaign_id: 42 } }], ['c', { profile_id: 'p-2' }], ['d', { list_id: 13 }], ['e', { event_type: 'unsub', profile_id: 'p-3', profile: { email: 'x@example.net' } }],
  ] as const) await rig.call('POST', '/v1/events', { body: event(id, more) });
  await rig.call('POST', '/v1/events', { token: rig.other, body: event('theirs') });
});
afterAll(() => rig.close());

const list = (query = '', token = rig.admin): Promise<Called> => rig.call('GET', `/v1/events${query === '' ? '' : `?${query}`}`, { token });
const ids = ({ json }: Called): string[] => json.data.map((row: { event_id: string }) => row.event_id);

describe('GET /v1/events', () => {
  it.each([
    ['', ['e', 'd', 'c', 'b', 'a']], ['event_type=open', ['b']], ['event_type=open,unsub', ['e', 'b']], ['profile_id=p-1', ['d', 'b', 'a']], ['mailing_id=41', ['e', 'd', 'c', 'a']], ['database_id=13', ['d']],
    ['profile_id=p-1&mailing_id=41&event_type=click&database_id=12', ['a']], ['event_type=never_seen', []], ['profile_id=nobody', []], ['from=2020-01-01T00:00:00Z', ['e', 'd', 'c', 'b', 'a']], ['to=2020-01-01T00:00:00Z', []], ['from=2100-01-01T00:00:00%2B02:00', []],
  ])('finds by %j, newest first', async (query, found) => {
    const answer = await list(query);
    expect([answer.status, ids(answer), answer.json.next_cursor, answer.json.searched_to]).toEqual([200, found, null, null]);
  });

  it('gives each event with the bytes it came with, its time of acceptance and its profile', async () => {
    const { json, text } = await list('event_type=unsub');
    expect(json.data[0]).toMatchObject({ event_id: 'e', accepted_at: expect.stringMatching(/Z$/), event: { event_type: 'unsub', event_id: 'e', profile: { email: 'x@example.net' } } });
    expect(text).toContain('"event_date":"2026-02-03T04:05:06.123456789Z"');
    expect((await rig.call('GET', '/v1/events/e')).json.event).toEqual(json.data[0].event);
  });

  it('goes on where the page before ended, and by time', async () => {
    const pages: string[][] = [];
    let cursor = '';
    do {
      const page = await list(`limit=2${cursor}`);
      pages.push(ids(page));
      cursor = page.json.next_cursor === null ? '' : `&cursor=${page.json.next_cursor}`;
    } while (cursor !== '');
    expect(pages).toEqual([['e', 'd'], ['c', 'b'], ['a']]);
    const { data } = (await list()).json;
    const [newest, oldest] = [data[0].accepted_at, data[4].accepted_at];
    expect(ids(await list(`from=${oldest}&to=${newest}`)).at(-1)).toBe('a');
    expect(ids(await list(`to=${oldest}`))).toEqual([]);
    expect(ids(await list(`from=${newest}`))[0]).toBe('e');
  });

  it('F5: shows no other account, and takes no cursor of one', async () => {
    expect(ids(await list('', rig.other))).toEqual(['theirs']);
    const { next_cursor: cursor } = (await list('limit=2')).json;
    expect((await list(`cursor=${cursor}`, rig.other)).json.error.code).toBe('cursor_invalid');
    expect((await list(`cursor=${cursor.slice(0, -2)}AA`)).status).toBe(400);
    expect((await rig.call('GET', `/v1/exports?cursor=${cursor}`)).status).toBe(400);
  });

  it.each([
    'event_type=', 'event_type=Click', "event_type=click'%20OR%201", 'event_type=click,', `event_type=${Array(101).fill('a').join(',')}`, `event_type=${'x'.repeat(65)}`, 'profile_id=', `profile_id=${'x'.repeat(129)}`, 'mailing_id=0', 'mailing_id=-1', 'mailing_id=1e3', 'mailing_id=9007199254740993',
    'database_id=abc', 'from=yesterday', 'from=2026-02-30T00:00:00Z', 'to=1', 'from=2026-02-02T00:00:00Z&to=2026-02-01T00:00:00Z', 'limit=0', 'limit=501', 'type=click', 'event_type=a&event_type=b', 'hook_id=1',
  ])('F8: %s is 422', async (query) => {
    expect((await list(query)).status).toBe(422);
    if (!/from|to=|limit/.test(query)) expect((await rig.call('GET', `/v1/event-stream?${query}`)).status).toBe(422);
  });

  it('needs to read events, and no more', async () => {
    for (const [scope, status] of [['events:write', 200], ['deliveries:read', 200], ['hooks:read', 403], ['catalog:write', 403]] as const) expect((await list('', await rig.token({ scopes: [scope], master: false }))).status).toBe(status);
    expect((await list('', 'hl_wrong')).status).toBe(401);
    expect((await rig.call('DELETE', '/v1/events')).headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'POST']);
  });
});

/** What a stream says, as it comes. */
async function follow(query: string, token = rig.admin): Promise<{ status: number; until: (mark: string) => Promise<string>; ended: () => Promise<string>; cancel: () => Promise<void> }> {
  const response = await fetch(`${rig.server.url}/v1/event-stream?${query}`, { headers: { authorization: `Bearer ${token}` } });
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let said = '';
  const read = async (isEnough: () => boolean): Promise<string> => {
    while (!isEnough()) {
      const { done, value } = await reader.read();
      if (done) break;
      said += value;
    }
    return said;
  };
  return { status: response.status, until: (mark) => read(() => said.includes(mark)), ended: () => read(() => false), cancel: () => reader.cancel() };
}

describe('GET /v1/event-stream', () => {
  it('tells what comes from then on, of the account and of what was asked for, in the shape of the list', async () => {
    const tail = await follow('event_type=click&mailing_id=77');
    expect(await tail.until('\n\n')).toBe('event: open\ndata: {}\n\n');
    await rig.call('POST', '/v1/events', { token: rig.other, body: event('not-yours', { event_data: { campaign_id: 77 } }) });
    await rig.call('POST', '/v1/events', { body: [event('wrong-mailing'), event('wrong-type', { event_type: 'open', event_data: { campaign_id: 77 } }), event('right', { event_data: { campaign_id: 77 } })] });
    const said = await tail.until('right');
    expect(said).not.toMatch(/not-yours|wrong-/);
    expect(JSON.parse(said.split('data: ')[2] as string)).toEqual((await list('mailing_id=77&event_type=click')).json.data[0]);
    await tail.cancel();
  });

  it('leaves out what nobody could follow, and says how much', async () => {
    const tail = await follow('profile_id=flood');
    await tail.until('open');
    const batch = Array.from({ length: EDGE_LIMITS.tailEventsMax + 50 }, (_, n) => event(`flood-${n}`, { profile_id: 'flood' }));
    await rig.call('POST', '/v1/events', { body: batch });
    const said = await tail.until('event: skipped');
    expect(said.match(/"event_id":"flood-\d+","accepted_at"/g)).toHaveLength(EDGE_LIMITS.tailEventsMax);
    expect(await tail.until('"skipped":50}')).toContain(`flood-${batch.length - 1}`);
    await tail.cancel();
  });

  it('F3, F21: ends when the token does', async () => {
    const token = await rig.token({ scopes: ['deliveries:read'], name: 'short' });
    const tail = await follow('', token);
    await tail.until('open');
    const { data } = (await rig.call('GET', '/v1/tokens?limit=500')).json;
    const { id } = data.find(({ name }: { name: string }) => name === 'short');
    expect((await rig.call('DELETE', `/v1/tokens/${id}`)).status).toBe(204);
    expect(await tail.ended()).toContain('open');
  });

  it('is possible so often', async () => {
    const tails = await Promise.all(Array.from({ length: EDGE_LIMITS.streamsOfAccountMax }, () => follow('', rig.other)));
    expect(tails.map(({ status }) => status)).toEqual(tails.map(() => 200));
    expect((await rig.call('GET', '/v1/event-stream', { token: rig.other })).json.error.code).toBe('too_many_streams');
    await Promise.all(tails.map((tail) => tail.cancel()));
  });
});
