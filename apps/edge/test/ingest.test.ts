import { HooklineError } from '@hookline/core';
import type { EventLog } from '@hookline/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';
import { rawHttp } from './raw-http.ts';

// bad-input.md A1–A42 through the API, and what api.md 2 promises.

const CLICK = { event_type: 'click', event_date: '2026-02-03T04:05:06.123456789Z', list_id: 12, profile_id: 'p1', event_data: { campaign_id: 41, segment_id: 0 } };
const NOW = Date.now();
const iso = (aheadMs: number): string => new Date(NOW + aheadMs).toISOString();
const HOUR_MS = 3_600_000;

let rig: EdgeRig;
/** What the log's appends do: as they are, unless a test says otherwise. */
let failWith: HooklineError | null = null;
beforeAll(async () => {
  rig = await openEdgeRig({
    deps: ({ log }) => {
      const failing = Object.create(log, { append: { value: (request: Parameters<EventLog['append']>[0]) => (failWith === null ? log.append(request) : Promise.reject(failWith)) } }) as EventLog;
      return { logs: [failing] };
    },
  });
});
afterAll(() => rig.close());

const post = (body: unknown, headers: Record<string, string> = {}, token = rig.admin) => rig.call('POST', '/v1/events', { token, headers, ...(typeof body === 'string' || body instanceof Uint8Array ? { raw: body as string } : { body }) });
const count = async (): Promise<number> => (await rig.events()).length;

describe('what is taken', () => {
  it('one event: counts only', async () => {
    const answer = await post({ ...CLICK, event_id: 'one' });
    expect(answer).toMatchObject({ status: 202, json: { accepted: 1, duplicates: 0, rejected: 0, items: [] } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await rig.events()).at(-1)).toMatchObject({ accountId: 1, eventType: 'click', databaseId: 12, mailingId: 41, segmentId: null, profileId: 'p1', eventId: 'one' });
  });

  it('an array: per-item answers, and the accepted part is stored', async () => {
    const before = await count();
    const answer = await post([CLICK, { ...CLICK, event_type: 'nothing_we_know' }, { ...CLICK, event_id: 'one' }, null, [CLICK]]);
    expect(answer).toMatchObject({ status: 202, json: { accepted: 1, duplicates: 1, rejected: 3 } });
    expect(answer.json.items.map((item: { index: number; status: string; code?: string; path?: string; event_id?: string }) => [item.index, item.status, item.code ?? item.event_id, item.path])).toEqual([
      [1, 'rejected', 'event_type_unknown', '/1/event_type'], [2, 'duplicate', 'one', undefined], [3, 'rejected', 'schema_object_expected', '/3'], [4, 'rejected', 'schema_object_expected', '/4'],
    ]);
    expect(await count()).toBe(before + 1);
  });

  it('NDJSON: a line stands alone', async () => {
    const answer = await post(`${JSON.stringify(CLICK)}\n\n{"broken\n${JSON.stringify(CLICK)}\r\n`, { 'content-type': 'application/x-ndjson' });
    expect(answer).toMatchObject({ status: 202, json: { accepted: 2, rejected: 1, items: [{ index: 2, status: 'rejected', code: 'json_invalid', path: '/2' }] } });
  });

  it('all rejected is still 202 in a batch', async () => {
    expect(await post([{ event_type: 'x' }])).toMatchObject({ status: 202, json: { accepted: 0, rejected: 1 } });
  });

  it('one bad of a thousand', async () => {
    const events = Array.from({ length: 1000 }, (_, n) => (n === 500 ? { ...CLICK, event_date: 'never' } : CLICK));
    const answer = await post(events);
    expect(answer).toMatchObject({ status: 202, json: { accepted: 999, duplicates: 0, rejected: 1 } });
    expect(answer.json.items).toHaveLength(1);
    expect(answer.json.items[0]).toMatchObject({ index: 500, path: '/500/event_date' });
  });

  it('verbose=1 lists all, with their ids', async () => {
    const answer = await rig.call('POST', '/v1/events?verbose=1', { body: [{ ...CLICK, event_id: 'v-1' }, CLICK] });
    expect(answer.json.items).toEqual([{ index: 0, status: 'accepted', event_id: 'v-1' }, { index: 1, status: 'accepted', event_id: expect.stringMatching(/^[A-Za-z0-9_.:-]{1,128}$/) }]);
  });

  it('keeps numbers and white space inside members as they came', async () => {
    await post('{"event_type":"click","event_date":"2026-02-03T04:05:06Z","event_data":{"n":9007199254740993, "m":1.0,"z":-0,"e":1E5},"list_id":12}');
    expect((await rig.events()).at(-1)?.base).toContain('"event_data":{"n":9007199254740993, "m":1.0,"z":-0,"e":1E5}');
  });

  it('content that comes along is kept under its hash', async () => {
    await post({ ...CLICK, content: { channel: 'email', html: '<b>' } });
    const { contentRef } = (await rig.events()).at(-1) ?? {};
    expect(contentRef).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await rig.control.content.get(1, contentRef ?? '', rig.clock.now())).toBe('{"channel":"email","html":"<b>"}');
  });
});

describe('what is refused', () => {
  const with_ = (over: Record<string, unknown>): unknown => ({ ...CLICK, ...over });
  it.each<[name: string, body: unknown, status: number, code: string, path?: string]>([
    ['A1 nothing', '', 400, 'json_invalid'],
    ['A2 null', 'null', 400, 'schema_object_expected'], ['A2 number', '1', 400, 'schema_object_expected'], ['A2 string', '"x"', 400, 'schema_object_expected'],
    ['A3 cut short', '{"event_type":', 400, 'json_invalid'], ['A3 trailing comma', '{"a":1,}', 400, 'json_invalid'], ['A3 NaN', '{"a":NaN}', 400, 'json_invalid'],
    ['A4 two documents', '{} {}', 400, 'json_invalid'],
    ['A5 BOM', '\ufeff{}', 400, 'json_invalid'],
    ['A6 invalid UTF-8', Buffer.from([0x7b, 0x22, 0xc0, 0x80, 0x22, 0x7d]), 400, 'utf8_invalid'],
    ['A11 depth', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 400, 'json_too_deep'],
    ['A14 duplicate key', '{"event_type":"a","event_type":"b"}', 400, 'duplicate_key'],
    ['A17 1e400', `{"event_type":"click","event_date":"2026-02-03T04:05:06Z","event_data":{"n":1e400}}`, 400, 'number_out_of_range'],
    ['A20 lone surrogate', `{"event_type":"click","event_date":"2026-02-03T04:05:06Z","event_data":{"n":"\\ud800"}}`, 400, 'string_ill_formed'],
    ['A24 too large', with_({ event_data: { a: Array.from({ length: 5 }, () => 'x'.repeat(60 * 1024)) } }), 413, 'event_too_large'],
    ['A28 empty batch', [], 400, 'batch_empty'], ['A28 too many', Array.from({ length: 1001 }, () => 1), 413, 'batch_too_many'],
    ['A30 unknown type', with_({ event_type: 'Click' }), 422, 'event_type_unknown', '/event_type'],
    ['A31 missing data', { event_type: 'click', event_date: '2026-02-03T04:05:06Z' }, 422, 'required', '/event_data'],
    ['A32 unknown field', with_({ evnt_id: 'x' }), 422, 'unknown_field', '/evnt_id'],
    ['A33 no such day', with_({ event_date: '2026-02-30T00:00:00Z' }), 422, 'date_invalid', '/event_date'],
    ['A34 too far ahead', with_({ event_date: iso(25 * HOUR_MS) }), 422, 'time_out_of_range', '/event_date'],
    ['A34 before 1970', with_({ event_date: '1969-12-31T23:59:59Z' }), 422, 'time_out_of_range', '/event_date'],
    ['A22 event id', with_({ event_id: 'a b' }), 422, 'identifier_invalid', '/event_id'],
    ['another account', with_({ account_id: 2 }), 403, 'account_forbidden', '/account_id'],
  ])('%s', async (_name, body, status, code, path) => {
    const before = await count();
    const answer = await post(body);
    expect([answer.status, answer.json?.error?.code]).toEqual([status, code]);
    if (path !== undefined) expect(answer.json.error.path).toBe(path);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.json.error.problems[0]).toMatchObject({ code, path: answer.json.error.path });
    expect(await count()).toBe(before);
  });

  it('tells all problems of an event', async () => {
    const answer = await post({ event_type: 'none', event_date: 'x', list_id: 'a', extra: 1 });
    expect(answer.json.error.problems.map((problem: { path: string }) => problem.path).sort()).toEqual(['/event_data', '/event_date', '/event_type', '/extra', '/list_id']);
  });

  it.each(['limit=1', 'verbose=2', 'verbose=1&verbose=1', 'token=x'])('query %s: 422', async (query) => {
    expect((await rig.call('POST', `/v1/events?${query}`, { body: CLICK })).status).toBe(422);
  });

  it('a prototype is not reached', async () => {
    expect((await post('{"event_type":"click","event_date":"2026-02-03T04:05:06Z","event_data":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}')).status).toBe(202);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('idempotency', () => {
  it.each<[name: string, key: string]>([['empty', ''], ['256 characters', 'k'.repeat(256)], ['not ASCII', 'k\u00e9'], ['a space', 'a b']])('a key that is %s: 400', async (_name, key) => {
    const body = JSON.stringify(CLICK);
    const [answer] = await rawHttp(rig.server.port, Buffer.from(`POST /v1/events HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${rig.admin}\r\ncontent-type: application/json\r\nidempotency-key: ${key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`, 'latin1'));
    expect([answer?.status, JSON.parse(answer?.body ?? '{}').error?.code]).toEqual([400, 'idempotency_key_invalid']);
  });

  it('32 copies at once are one request', async () => {
    const before = await count();
    const answers = await Promise.all(Array.from({ length: 32 }, () => post([CLICK, { event_type: 'x' }], { 'idempotency-key': 'many' })));
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(answers.every((answer) => answer.status === 202)).toBe(true);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replay') === 'true')).toHaveLength(31);
    expect(await count()).toBe(before + 1);
  });

  it('another body is 422; another account is another request', async () => {
    await post(CLICK, { 'idempotency-key': 'mine' });
    expect(await post({ ...CLICK, profile_id: 'p2' }, { 'idempotency-key': 'mine' })).toMatchObject({ status: 422, json: { error: { code: 'idempotency_mismatch' } } });
    expect(await post({ ...CLICK, profile_id: 'p2' }, { 'idempotency-key': 'mine' }, rig.other)).toMatchObject({ status: 202, json: { accepted: 1 } });
  });

  it('an event id is one event, also within a batch; other accounts have their own', async () => {
    expect((await post([{ ...CLICK, event_id: 'twice' }, { ...CLICK, event_id: 'twice', profile_id: 'p9' }])).json).toMatchObject({ accepted: 1, duplicates: 1 });
    expect((await post({ ...CLICK, event_id: 'twice' })).json).toMatchObject({ accepted: 0, duplicates: 1, items: [{ index: 0, status: 'duplicate', event_id: 'twice' }] });
    expect((await post({ ...CLICK, event_id: 'twice' }, {}, rig.other)).json).toMatchObject({ accepted: 1 });
    expect((await rig.events()).filter((event) => event.eventId === 'twice').map((event) => [event.accountId, event.profileId])).toEqual([[1, 'p1'], [2, 'p1']]);
  });
});

describe('platform tokens', () => {
  it('name the account in the body or by the header', async () => {
    expect((await post({ ...CLICK, account_id: 2 }, {}, rig.platform)).json).toMatchObject({ accepted: 1 });
    expect((await rig.events()).at(-1)?.accountId).toBe(2);
    expect((await post(CLICK, { 'hookline-account': '2' }, rig.platform)).json).toMatchObject({ accepted: 1 });
    expect((await rig.events()).at(-1)?.accountId).toBe(2);
  });

  it.each<[name: string, body: unknown, header: string | null, code: string]>([
    ['no account', CLICK, null, 'required'], ['an account never made, in the body', { ...CLICK, account_id: 77 }, null, 'account_unknown'],
    ['an account never made, in the header', CLICK, '77', 'account_unknown'], ['no number', CLICK, 'one', 'account_invalid'],
  ])('%s: 422', async (_name, body, header, code) => {
    expect(await post(body, header === null ? {} : { 'hookline-account': header }, rig.platform)).toMatchObject({ status: 422, json: { error: { code } } });
  });
});

describe('a store that cannot take it', () => {
  it.each<[code: 'store_unavailable' | 'storage_full' | 'overloaded', retryAfter: string]>([['store_unavailable', '1'], ['storage_full', '30'], ['overloaded', '1']])('%s: 503, try again', async (code, retryAfter) => {
    failWith = new HooklineError(code, 'test');
    const answer = await post(CLICK);
    failWith = null;
    expect(answer).toMatchObject({ status: 503, json: { error: { code } } });
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
  });

  it('a bug is 500, says nothing of itself, and is logged', async () => {
    failWith = new Error('secret detail') as HooklineError;
    const answer = await post(CLICK);
    failWith = null;
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret detail');
    expect(rig.logged.at(-1)?.level).toBe('error');
    expect((await post(CLICK)).status).toBe(202);
  });
});

it('more bytes at once than allowed: 503, and the connection goes on', async () => {
  const small = await openEdgeRig({ config: { bytesInFlightMax: 100 } });
  try {
    const body = JSON.stringify(CLICK);
    const request = (text: string): string => `POST /v1/events HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${small.admin}\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
    const answers = await rawHttp(small.server.port, request(body) + request('{}'), 2);
    expect(answers.map((answer) => [answer.status, /^retry-after: 1/im.test(answer.head)])).toEqual([[503, true], [422, false]]);
  } finally {
    await small.close();
  }
});
