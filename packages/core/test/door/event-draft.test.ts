import { describe, expect, it } from 'vitest';
import { BUILT_IN_EVENT_TYPES, builtInEventType } from '../../src/registry/event-types.ts';
import { emailHashes } from '../../src/hash/email-hashes.ts';
import { accepted, bytes, DATE, event, items, rejected, verdict } from './door.ts';

describe('a draft', () => {
  it('has the columns that filters need, and the message so far', () => {
    const { draft, content } = accepted(`{"event_id":"e-1","event_type":"click","event_date":"${DATE}","profile_id":"p\\u0041","list_id":12,"is_test":true,"_xxh":"0f1e2d3c4b5a6978","_md5":"00112233445566778899aabbccddeeff",
      "account_id":3,"event_data":{"message_id":40,"campaign_id":41,"segment_id":5,"resource_id":2,"pixel_id":7,"send_message_id":"smid \\"1\\"","more": [1, 2]},"profile":{"a": 1},"content":{"html": "x"},"custom_data":{ "b":2}}`);
    expect(draft).toEqual({
      accountId: 3, databaseId: 12, eventType: 'click', resourceId: 2, mailingId: 41, templateId: 40, segmentId: 5, pixelId: 7, profileId: 'pA',
      eventTimeMs: Date.parse('2026-01-30T07:08:09.123Z'), profile: '{"a": 1}', customData: '{ "b":2}', contentRef: 'smid "1"', callerId: 'e-1',
      base: `{"event_type":"click","event_date":"${DATE}","profile_id":"p\\u0041","list_id":12,"is_test":true,"_xxh":"0f1e2d3c4b5a6978","_md5":"00112233445566778899aabbccddeeff","account_id":3,"event_data":{"message_id":40,"campaign_id":41,"segment_id":5,"resource_id":2,"pixel_id":7,"send_message_id":"smid \\"1\\"","more": [1, 2]}`,
    });
    expect(content).toBe('{"html": "x"}');
  });

  it('is null where the event says nothing; segment 0 and null are nothing', () => {
    const { draft, content } = accepted(`{"event_type":"import_api","event_date":"1970-01-01T00:00:00Z","event_data":{"segment_id":0,"campaign_id":null,"resource_id":0},"list_id":null,"profile_id":null}`);
    expect(draft).toEqual({
      accountId: 3, databaseId: null, eventType: 'import_api', resourceId: 0, mailingId: null, templateId: null, segmentId: null, pixelId: null, profileId: null,
      eventTimeMs: 0, profile: null, customData: null, contentRef: null, callerId: null,
      base: '{"event_type":"import_api","event_date":"1970-01-01T00:00:00Z","event_data":{"segment_id":0,"campaign_id":null,"resource_id":0},"list_id":null,"profile_id":null,"account_id":3,"is_test":false',
    });
    expect(content).toBeNull();
  });

  it('keeps order and bytes, leaves out what is only taken in, and closes up white space between members', () => {
    const { draft } = accepted(` {\t"is_static" : false , "email":"a@b.example","event_data": { "v" : 1.0 } ,"event_id":"x"\n, "event_date":"${DATE}","\\u0065vent_type":"click","subscription":[{"channel": "email"}], "_md5":null } `);
    expect(draft.base).toBe(`{"is_static":false,"event_data":{ "v" : 1.0 },"event_date":"${DATE}","\\u0065vent_type":"click","subscription":[{"channel": "email"}],"_md5":null,"account_id":3,"is_test":false,"_xxh":"${emailHashes('a@b.example')?._xxh}"`);
  });

  it('gets its hashes from the email only where they are absent and the email is not blank', () => {
    const hashes = emailHashes('ann@example.net');
    expect(accepted(event('"email":" Ann@Example.NET "')).draft.base).toContain(`,"is_test":false,"_xxh":"${hashes?._xxh}","_md5":"${hashes?._md5}"`);
    expect(accepted(event('"email":"ann@example.net","_xxh":"0f1e2d3c4b5a6978"')).draft.base).toMatch(/"_xxh":"0f1e2d3c4b5a6978","account_id":3,"is_test":false,"_md5":"[0-9a-f]{32}"$/);
    for (const email of ['""', '"  "', 'null']) expect(accepted(event(`"email":${email}`)).draft.base).not.toContain('_xxh');
  });

  it('says how often sending was tried where that is more than nought', () => {
    const members = (value: string) => event(`"profile_id":"p","sends_trying_num":${value},"is_static":true`);
    for (const value of ['0', '-0']) expect(accepted(members(value)).draft.base).toBe(accepted(event('"profile_id":"p","is_static":true')).draft.base);
    expect(accepted(members('1')).draft.base).toContain('"profile_id":"p","sends_trying_num":1,"is_static":true');
  });

  it('takes slices right after characters of every length', () => {
    const text = event('"profile_id":"ñ東🚀","subscription_hash_id":"é"', '"ü":"東京🚀\\ud83d\\ude80"');
    expect(items(`[${text},${text},"é",${text}]`).map((item) => (item.ok ? `${item.draft.base}}` : item.code))).toEqual([0, 1, 2, 3].map((n) => (n === 2 ? 'schema_object_expected' : `${text.slice(0, -1)},"account_id":3,"is_test":false}`)));
  });
});

describe('the account', () => {
  const platform = { tokenAccountId: null };
  it.each([
    ['the token says it', '', {}, 'accepted'], ['the event repeats it', '"account_id":3', {}, 'accepted'], ["another than the token's", '"account_id":4', {}, '403 account_forbidden /account_id'],
    ['no such number', '"account_id":0', {}, '422 range /account_id'], ['text', '"account_id":"3"', {}, '422 type /account_id'], ['platform: by the event', '"account_id":4', platform, 'accepted'],
    ['platform: by the header', '', { ...platform, headerAccountId: 4 }, 'accepted'], ['platform: by both', '"account_id":4', { ...platform, headerAccountId: 4 }, 'accepted'],
    ['platform: two accounts', '"account_id":3', { ...platform, headerAccountId: 4 }, '422 account_conflict /account_id'], ['platform: none', '', platform, '422 required /account_id'],
    ["the token's account is not looked up", '', { accountExists: () => false }, 'accepted'],
    ['platform: never made', '"account_id":5', platform, '422 account_unknown /account_id'], ['platform: header never made', '', { ...platform, headerAccountId: 5 }, '422 account_unknown /account_id'],
  ])('%s', (_name, members, changes, expected) => {
    expect(verdict(event(members), 'json', changes)).toBe(expected);
  });

  it('stands in the row and in the message', () => {
    const { draft } = accepted(event(), { ...platform, headerAccountId: 4 });
    expect([draft.accountId, draft.base.endsWith(',"account_id":4,"is_test":false')]).toEqual([4, true]);
  });

  it('tells nothing about event types of an account that is not the token\'s', () => {
    const { problems } = rejected(event('"account_id":4').replace('"click"', '"secret_type"'));
    expect(problems.map(({ code }) => code)).toEqual(['account_forbidden']);
  });
});

describe("an account's own event type", () => {
  const own = { eventType: (account: number, type: string) => (account === 3 && type === 'order' ? { subjects: ['mailing' as const] } : builtInEventType(type)) };
  const order = (data: string) => event('', data).replace('"click"', '"order"');

  it('is known to its account only, and only the ids of its subjects are checked', () => {
    expect(accepted(order('"message_id":"m-1","ip":5'), own).draft).toMatchObject({ eventType: 'order', mailingId: 41, templateId: null });
    expect(verdict(order('"resource_id":"r"').replace('41', '"x"'), 'json', own)).toBe('422 type /event_data/campaign_id');
    expect(verdict(order('').replace('"event_type"', '"account_id":4,"event_type"'), 'json', { ...own, tokenAccountId: null })).toBe('422 event_type_unknown /event_type');
  });
});

describe('NDJSON', () => {
  it('counts lines from 0, blank ones too, and takes CRLF', () => {
    expect(items(`\r\n${event()}\r\n  \n${event('"x":1')}\n\n${event()}`, 'ndjson').map((item) => (item.ok ? item.index : `${item.index} ${item.path}`))).toEqual([1, '3 /3/x', 5]);
  });

  it('lets every line stand alone: syntax, UTF-8, depth, byte order mark, arrays', () => {
    const body = Buffer.concat([
      bytes(`${event('"profile_id":"é"')}\n{"event_type"\n`), bytes('"'), Uint8Array.of(0xff, 0x0a), bytes(`${event('', `"v":${'['.repeat(40)}${']'.repeat(40)}`)}\n[${event()}]\n\uFEFF${event()}\n${event()} x\n${event('"profile_id":"東"')}\n`),
    ]);
    expect(verdict(body, 'ndjson')).toBe('accepted, 400 json_invalid /1, 400 utf8_invalid /2, 400 json_too_deep /3, 400 schema_object_expected /4, 400 json_invalid /5, 400 json_invalid /6, accepted');
    const [first, , , , , , , last] = items(body, 'ndjson');
    expect([first, last].map((item) => item?.ok && item.draft.profileId)).toEqual(['é', '東']);
  });

  it('finds the next line after a broken one that holds characters of several bytes', () => {
    const [, second] = items(`{"é東🚀":"é東🚀\n${event('"profile_id":"🚀"')}`, 'ndjson');
    expect(second?.ok && second.draft.profileId).toBe('🚀');
  });

  it('does not read a value on into the next line', () => {
    expect(verdict(`{"event_type":\n"click"}`, 'ndjson')).toBe('400 json_invalid /0, 400 json_invalid /1');
  });

  it.each([['', 'body 400 json_invalid'], ['\n \r\n', 'body 400 batch_empty'], [`${event()}\n`.repeat(1_001), 'body 413 batch_too_many']])('refuses %#', (body, expected) => {
    expect(verdict(body, 'ndjson')).toBe(expected);
  });

  it('takes a thousand', () => {
    expect(items(`${event()}\n`.repeat(1_000), 'ndjson').filter((item) => item.ok)).toHaveLength(1_000);
  });
});

it('every sample of the registry passes the door and is delivered as it stands', () => {
  for (const { eventType, sample } of BUILT_IN_EVENT_TYPES) {
    const { draft } = accepted(sample);
    expect([draft.eventType, `${draft.base}}`]).toEqual([eventType, `${sample.slice(0, -1)},"account_id":3}`]);
  }
});

it('one event after another leaves nothing behind', () => {
  const full = event('"event_id":"a","profile":{},"content":{},"custom_data":{},"list_id":1', '"segment_id":9,"pixel_id":9,"send_message_id":"s"');
  const alone = accepted(event());
  expect(items(`[${full},{"event_type":"click"},${event()}]`)[2]).toEqual({ ...alone, index: 2 });
});
