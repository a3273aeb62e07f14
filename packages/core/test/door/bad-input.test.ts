import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/json/limits.ts';
import { accepted, bytes, DATE, event, items, NOW_MS, rejected, verdict } from './door.ts';

// bad-input.md A, as far as it concerns the body. Ids are those of the table.

const nest = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const nestObjects = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
const keys = (count: number, name = (n: number) => `k${n}`) => `{${Array.from({ length: count }, (_, n) => `${JSON.stringify(name(n))}:1`).join(',')}}`;
const x = (length: number) => 'x'.repeat(length);
const dated = (date: string) => event().replace(JSON.stringify(DATE), date);
const typed = (type: string) => event().replace('"click"', type);
const at = (ms: number, rest = '') => dated(`"${new Date(ms).toISOString().slice(0, 19)}${rest}Z"`);

describe.each<[id: string, cases: readonly (readonly [body: string | Uint8Array, expected: string])[]]>([
  ['A1', [['', 'body 400 json_invalid'], [' \n', 'body 400 json_invalid']]],
  ['A2', [...['null', 'true', '1', '"x"'].map((body) => [body, 'body 400 schema_object_expected'] as const)]],
  ['A3', [
    [event().slice(0, -1), 'body 400 json_invalid'], [event('"is_test":true,'), 'body 400 json_invalid'], [event(`"profile_id":'x'`), 'body 400 json_invalid'],
    [event('/* c */"is_test":true'), 'body 400 json_invalid'], [event('', '"v":NaN'), 'body 400 json_invalid'], [event('', '"v":Infinity'), 'body 400 json_invalid'],
    [event('', '"v":-Infinity'), 'body 400 json_invalid'], [event('', '"v":01'), 'body 400 json_invalid'], [event('', '"v":"\t"'), 'body 400 json_invalid'], [`[${event()},]`, 'body 400 json_invalid'],
    ['[,]', 'body 400 json_invalid'], ['[', 'body 400 json_invalid'],
  ]],
  ['A4', [[`${event()}${event()}`, 'body 400 json_invalid'], [`${event()} x`, 'body 400 json_invalid'], [`[${event()}]]`, 'body 400 json_invalid'], [`[${event()}],`, 'body 400 json_invalid']]],
  ['A5', [[`\uFEFF${event()}`, 'body 400 json_invalid']]],
  ['A6', [...[[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff], [0xc3]].map((bad) => {
    const [head, tail] = event('', '"v":"@"').split('@') as [string, string];
    return [Uint8Array.from([...bytes(head), ...bad, ...bytes(tail)]), 'body 400 utf8_invalid'] as const;
  })]],
  ['A11', [
    [nest(33), 'body 400 json_too_deep'], [nest(10_000), 'body 400 json_too_deep'], [nest(1_000_000), 'body 400 json_too_deep'], [nestObjects(33), 'body 400 json_too_deep'],
    [nestObjects(10_000), 'body 400 json_too_deep'], ['['.repeat(1_000_000), 'body 400 json_too_deep'], [event('', `"v":${nest(30)}`), 'accepted'], [event('', `"v":${nest(31)}`), 'body 400 json_too_deep'],
    [event('', `"v":${nestObjects(30)}`), 'accepted'], [event('', `"v":${nestObjects(31)}`), 'body 400 json_too_deep'],
    // An event that may come alone may come in a batch.
    [`[${event('', `"v":${nest(30)}`)}]`, 'accepted'], [`[${event()},${event('', `"v":${nest(31)}`)}]`, 'body 400 json_too_deep'],
  ]],
  ['A12', [
    [event('', `"v":${keys(1_024)}`), 'accepted'], [event('', `"v":${keys(1_025)}`), '400 too_many_keys /event_data/v'],
    [event('', `"v":${keys(20_000)}`), '400 too_many_keys /event_data/v'],
  ]],
  ['A13', [[event('', `"v":${keys(1_000, String)}`), 'accepted'], [event('', `"v":${keys(1_000, (n) => String(n * 65_536))}`), 'accepted']]],
  ['A14', [
    [event('"event_type":"open"'), '400 duplicate_key /event_type'], [event('"\\u0065vent_type":"open"'), '400 duplicate_key /event_type'],
    [event('', '"campaign_id":42'), '400 duplicate_key /event_data/campaign_id'], [event('', '"v":[0,{"a":1,"b":2,"a":1}]'), '400 duplicate_key /event_data/v/1/a'],
    [event('', '"\u00e9":1,"e\u0301":2'), '400 duplicate_key /event_data/\u00e9'], [event('', '"\u00e9":1,"e\\u0301":2'), '400 duplicate_key /event_data/\u00e9'],
    [event('', '"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]'), 'accepted'], [event('', `"v":${keys(100).replace('"k99"', '"k7"')}`), '400 duplicate_key /event_data/v/k7'],
    [event('', `"v":${keys(40, (n) => (n === 39 ? 'k\u00e9' : n === 3 ? 'ke\u0301' : `k${n}`))}`), '400 duplicate_key /event_data/v/k\u00e9'],
    // "costarring" and "liquid" have the same FNV-1a hash.
    [event('', '"costarring":1,"liquid":2'), 'accepted'], [event('', '"a/b~":1,"a/b~":1'), '400 duplicate_key /event_data/a~1b~0'],
  ]],
  ['A17', [
    ...['1e400', '-1e400', '1e-400', '1E+400', '-0.001e-999', '1.7976931348623159e308'].map((v) => [event('', `"v":${v}`), '400 number_out_of_range /event_data/v'] as const),
    ...['0e-999', '0.000E+999', '5e-324', '1.7976931348623157e308', '-0e1'].map((v) => [event('', `"v":${v}`), 'accepted'] as const),
  ]],
  ['A19', [
    [event('', `"v":${'1'.repeat(128)}`), 'accepted'], [event('', `"v":${'1'.repeat(129)}`), '400 number_too_long /event_data/v'], [event('', `"v":0.${'1'.repeat(126)}`), 'accepted'],
    [event('', `"v":1e${'0'.repeat(127)}`), '400 number_too_long /event_data/v'], [event('', `"v":${'1'.repeat(1_000_000)}`), '400 number_too_long /event_data/v'],
  ]],
  ['A20', [
    [event('', '"v":"\\ud800"'), '400 string_ill_formed /event_data/v'], [event('', '"v":"\\uDC00\\uD800"'), '400 string_ill_formed /event_data/v'], [event('', '"v":["\\ud800\\u0041"]'), '400 string_ill_formed /event_data/v/0'],
    [event('', '"\\ud800":1'), '400 string_ill_formed /event_data'], [event('', '"v":"\\ud83d\\ude80"'), 'accepted'], [event('', '"\\ud83d\\ude80":1'), 'accepted'],
  ]],
  ['A21', [
    [event('', '"v":"\\u0000"'), 'accepted'], [event('"event_id":"a\\u0000"'), '400 control_character /event_id'], [typed('"click\\u0000"'), '400 control_character /event_type'],
    [event('"profile_id":"\\u0000"'), '400 control_character /profile_id'],
  ]],
  ['A22', [
    ...['\u202eid', 'a\u200bb', '\u0430bc', 'a b', '', 'a/b', x(129)].map((id) => [event(`"event_id":${JSON.stringify(id)}`), '422 identifier_invalid /event_id'] as const),
    [event('"event_id":"AZaz09_.:-"'), 'accepted'], [event(`"event_id":"${x(128)}"`), 'accepted'], [typed('"\u0441lick"'), '422 event_type_unknown /event_type'],
  ]],
  ['A24', [
    [event('', `"v":"${x(65_536)}"`), 'accepted'], [event('', `"v":"${x(65_537)}"`), '413 event_too_large /event_data/v'], [event('', `"v":"${'é'.repeat(32_768)}"`), 'accepted'],
    [event('', `"v":"${'é'.repeat(32_768)}x"`), '413 event_too_large /event_data/v'], [event('', `"v":"${'\\u0041'.repeat(40_000)}"`), 'accepted'], [event('', `"v":"${'\\n'.repeat(65_537)}"`), '413 event_too_large /event_data/v'],
    [event(`"content":{"html":"${x(200_000)}"}`), 'accepted'], [event(`"content":{"channel":"email","html":"${x(100_000)}","text":"${x(100_000)}","more":{"deep":"${x(20_000)}"}}`), 'accepted'], [event(`"content":{"html":"${x(65_537)}"}`, `"v":"${x(65_537)}"`), '413 event_too_large /event_data/v'],
    [sized(LIMITS.eventBytesMax), 'accepted'], [sized(LIMITS.eventBytesMax + 1), '413 event_too_large '], [`[${event()},${sized(LIMITS.eventBytesMax + 1)}]`, 'accepted, 413 event_too_large /1'],
    [`[${Array.from({ length: 21 }, () => sized(LIMITS.eventBytesMax)).join(',')}]`, 'body 413 body_too_large'],
  ]],
  ['A28', [
    ['[]', 'body 400 batch_empty'], [' [ ] ', 'body 400 batch_empty'], [`[${Array.from({ length: 1_001 }, () => event()).join(',')}]`, 'body 413 batch_too_many'],
    [`[null,[${event()}],"x",1,${event()}]`, '400 schema_object_expected /0, 400 schema_object_expected /1, 400 schema_object_expected /2, 400 schema_object_expected /3, accepted'],
  ]],
  ['A30', [
    [typed('"no_such_type"'), '422 event_type_unknown /event_type'], [typed('"CLICK"'), '422 event_type_unknown /event_type'], [typed('"click "'), '422 event_type_unknown /event_type'],
    [typed('""'), '422 event_type_unknown /event_type'], [typed(`"${x(1_000_000)}"`), '422 event_type_unknown /event_type'], [typed('"click\\r\\nx: y"'), '422 event_type_unknown /event_type'],
  ]],
  ['A31', [
    ['{}', '422 required /event_type'], [`{"event_date":"${DATE}","event_data":{}}`, '422 required /event_type'], ['{"event_type":"click","event_data":{}}', '422 required /event_date'],
    [`{"event_type":"click","event_date":"${DATE}"}`, '422 required /event_data'],
    ...['event_type', 'event_date', 'event_data', 'account_id', 'is_test', 'is_static', 'sends_trying_num', 'subscription_hash_id', 'event_id', 'profile', 'content', 'custom_data'].map(
      (name) => [withMember(name, 'null'), `422 type /${name}`] as const),
    ...['profile_id', '_xxh', '_md5', 'list_id', 'subscription', 'email'].map((name) => [withMember(name, 'null'), 'accepted'] as const),
    [withMember('event_type', '1'), '422 type /event_type'], [withMember('event_date', '1e3'), '422 type /event_date'], [withMember('event_data', '[{"campaign_id":"x"}]'), '422 type /event_data'],
    [withMember('event_data', '"x"'), '422 type /event_data'], [withMember('profile_id', '5'), '422 type /profile_id'], [withMember('profile_id', '""'), '422 too_short /profile_id'],
    [withMember('profile_id', `"${x(129)}"`), '422 too_long /profile_id'], [withMember('list_id', '"12"'), '422 type /list_id'], [withMember('list_id', '1.0'), '422 type /list_id'],
    [withMember('list_id', '1e1'), '422 type /list_id'], [withMember('list_id', '0'), '422 range /list_id'], [withMember('list_id', '-0'), '422 range /list_id'], [withMember('list_id', '-1'), '422 range /list_id'],
    [withMember('list_id', '9007199254740991'), 'accepted'], [withMember('list_id', '9007199254740992'), '422 range /list_id'], [withMember('list_id', '12345678901234567890'), '422 range /list_id'],
    [withMember('is_test', '"true"'), '422 type /is_test'], [withMember('is_test', '0'), '422 type /is_test'], [withMember('sends_trying_num', '1.5'), '422 type /sends_trying_num'],
    [withMember('sends_trying_num', '-1'), '422 range /sends_trying_num'], [withMember('_xxh', '"0f1e2d3c4b5a697"'), '422 format /_xxh'], [withMember('_xxh', '"0f1e2d3c4b5a697g"'), '422 format /_xxh'],
    [withMember('_xxh', '"0F1E2D3C4B5A6978"'), 'accepted'], [withMember('_md5', '"00"'), '422 format /_md5'], [withMember('subscription', '{}'), '422 type /subscription'],
    [withMember('subscription', '[1,{}]'), '422 type /subscription/0'], [withMember('subscription', '[{"resource_id":"2"}]'), '422 type /subscription/0/resource_id'],
    [withMember('subscription', '[{"channel":"email","provider":null,"mine":1}]'), 'accepted'], [withMember('profile', '[]'), '422 type /profile'], [withMember('email', '5'), '422 type /email'],
    ...['message_id', 'campaign_id', 'segment_id', 'resource_id', 'pixel_id'].flatMap((name) => [
      [withMember('event_data', `{"${name}":"41"}`), `422 type /event_data/${name}`], [withMember('event_data', `{"${name}":41.5}`), `422 type /event_data/${name}`],
      [withMember('event_data', `{"${name}":9007199254740993}`), `422 range /event_data/${name}`], [withMember('event_data', `{"${name}":null}`), 'accepted'],
    ] as const),
    ...['ip', 'country', 'tz', 'user_agent', 'link_url', 'launch_id', 'send_message_id'].map((name) => [event('', `"${name}":1`), `422 type /event_data/${name}`] as const),
    ...['lat', 'lon'].flatMap((name) => [[event('', `"${name}":"1"`), `422 type /event_data/${name}`], [event('', `"${name}":1`), 'accepted'], [event('', `"${name}":-1.5e1`), 'accepted']] as const),
    ...['code', 'response'].flatMap((name) => [[of('hbounce', `{"${name}":550}`), `422 type /event_data/${name}`], [of('hbounce', `{"${name}":null}`), 'accepted'], [of('click', `{"${name}":550}`), 'accepted']] as const),
    ...([['import_file', 'is_new', '1'], ['import_file', 'import_id', '"1"'], ['import_file', 'import_id', '9007199254740993', 'range'], ['import_file', 'vendor', '1'], ['segment_enter', 'segment_type', '1'], ['sub', 'new_status', '1'], ['sub', 'source', '[]'],
      ['pixel', 'goals', '{}'], ['pixel', 'goal', '1'], ['pixel', 'value', '"1"'], ['pixel', 'pixel_data', '[]'], ['pixel', 'utm', '"x"'], ['pixel', 'url', '1'], ['pixel', 'lat', '"1"'], ['campaign_launch', 'launch_id', '1'],
      ['profile_merge', 'source', '{}'], ['profile_merge', 'destination', '[]'], ['profile_split', 'source', '[]'], ['profile_split', 'destination', '{}']] as const).map(
      ([type, name, value, code = 'type']) => [of(type, `{"${name}":${value}}`), `422 ${code} /event_data/${name}`] as const),
    // Only what is known of a type is checked on it.
    [typed('"import_api"').replace('"campaign_id":41', '"ip":1'), 'accepted'], [typed('"import_api"').replace('41', '"x"'), '422 type /event_data/campaign_id'],
    [typed('"send"').replace('"campaign_id":41', '"launch_id":1'), '422 type /event_data/launch_id'], [typed('"send"').replace('"campaign_id":41', '"ip":1'), 'accepted'],
  ]],
  ['A32', [
    [event('"campain":1'), '422 unknown_field /campain'], [event('"__proto__":{"polluted":true}'), '422 unknown_field /__proto__'], [event('"Event_type":"click"'), '422 unknown_field /Event_type'],
    [event('"id":1'), '422 unknown_field /id'], [event('', '"campain":1'), 'accepted'],
  ]],
  ['A33', [
    ...['2026-02-30T00:00:00Z', '2025-02-29T00:00:00Z', '2026-01-30T25:00:00Z', '2026-01-30T24:00:00Z', '2026-01-30T07:08:60Z', '2026-01-30T07:60:00Z', '2026-01-30T07:08:09', '2026-01-30t07:08:09Z', '2026-01-30T07:08:09z',
      '2026-01-30T07:08:09.1234567890Z', '2026-01-30T07:08:09.Z', '2026-01-30T07:08:09,5Z', '2026-01-30T07:08:09+00:00', '2026-01-30T07:08:09-00:00', '10000-01-01T00:00:00Z', '+002026-01-30T07:08:09Z', '2026-00-30T07:08:09Z',
      '2026-01-00T07:08:09Z', '2026-13-01T07:08:09Z', ' 2026-01-30T07:08:09Z', '2026-01-30 07:08:09Z', '2026-1-30T07:08:09Z', '1e3', '', '2026-01-30', '２０２６-01-30T07:08:09Z'].map(
      (date) => [dated(JSON.stringify(date)), '422 date_invalid /event_date'] as const),
    [dated('"0000-01-01T00:00:00Z"'), '422 time_out_of_range /event_date'], [dated('1769756889'), '422 type /event_date'], [dated('"2024-02-29T23:59:59.000000001Z"'), 'accepted'],
    [dated('"2026-01-30T07:08:09\\u005a"'), 'accepted'],
  ]],
  ['A34', [
    [dated('"1960-01-01T00:00:00Z"'), '422 time_out_of_range /event_date'], [dated('"1969-12-31T23:59:59.999999999Z"'), '422 time_out_of_range /event_date'], [dated('"1970-01-01T00:00:00Z"'), 'accepted'],
    [dated('"2099-01-01T00:00:00Z"'), '422 time_out_of_range /event_date'], [at(NOW_MS), 'accepted'], [at(NOW_MS + 86_400_000), 'accepted'], [at(NOW_MS + 86_401_000), '422 time_out_of_range /event_date'],
  ]],
  ['limits', [
    [event('', `"${x(256)}":1`), 'accepted'], [event('', `"${x(257)}":1`), '400 key_too_long /event_data'], [event('', `"${'é'.repeat(129)}":1`), '400 key_too_long /event_data'],
    [event('', `"v":[${Array.from({ length: 19_994 }, () => 0).join(',')}]`), 'accepted'], [event('', `"v":[${Array.from({ length: 19_995 }, () => 0).join(',')}]`), '400 too_many_nodes /event_data/v/19994'],
    [event(`"profile":{"a":"${x(65_536 - 8)}"}`), 'accepted'], [event(`"profile":{"a":"${x(65_536 - 7)}"}`), '413 profile_too_large /profile'],
  ]],
])('%s', (_id, cases) => {
  it.each(cases.map(([body, expected], index) => ({ index, body, expected })))('$index: $expected', ({ body, expected }) => {
    expect(verdict(body)).toBe(expected);
  });
});

function withMember(name: string, raw: string): string {
  const members: Record<string, string> = { event_type: '"click"', event_date: JSON.stringify(DATE), event_data: '{}', [name]: raw };
  return `{${Object.entries(members).map(([key, value]) => `"${key}":${value}`).join(',')}}`;
}

function of(type: string, data: string): string {
  return withMember('event_data', data).replace('"click"', JSON.stringify(type));
}

/** A valid event of exactly that many bytes. */
function sized(length: number): string {
  const pads = Array.from({ length: 4 }, (_, n) => `"p${n}":"${x(60_000)}"`).join(',');
  const bare = event('', `${pads},"v":""`);
  return event('', `${pads},"v":"${x(length - bare.length)}"`);
}

describe('what is kept as it came', () => {
  it.each([
    ['A15', '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1'], ['A16', '"hasOwnProperty":1,"length":-1,"then":{},"toJSON":"x"'],
    ['A18', '"v":[9007199254740993, 0.10000000000000000555,1.0,-0,1E5,1e+5]'], ['A21', '"v":"\\u0000"'], ['A40', `"v":"'; DROP TABLE x;--","w":"%_\\\\"`],
    ['A41', `"v":"{{uuid}} {{constructor}} \${7*7} <%= %>"`], ['A42', '"v":"a\\r\\nset-cookie: x"'],
  ])('%s', (_id, data) => {
    expect(accepted(event('', data)).draft.base).toContain(`"event_data":{"campaign_id":41,${data}}`);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('problems', () => {
  it('A29: one bad of 1,000 leaves 999', () => {
    const batch = items(`[${Array.from({ length: 1_000 }, (_, n) => (n === 700 ? event('"x":1') : event(`"event_id":"e${n}"`))).join(',')}]`);
    expect(batch.filter((item) => item.ok)).toHaveLength(999);
    expect(batch.filter((item) => !item.ok)).toEqual([{ index: 700, ok: false, status: 422, code: 'unknown_field', path: '/700/x', problems: [expect.objectContaining({ code: 'unknown_field', path: '/700/x' })] }]);
  });

  it('names all of an event, not the first only', () => {
    const { problems } = rejected(`{"event_type":7,"list_id":"x","list_id":1,"x":1,"event_data":{"campaign_id":"1","v":1e999}}`);
    expect(problems.map(({ path, code }) => `${code} ${path}`).sort()).toEqual([
      'duplicate_key /list_id', 'number_out_of_range /event_data/v', 'required /event_date', 'type /event_data/campaign_id', 'type /event_type', 'type /list_id', 'unknown_field /x',
    ]);
  });

  it('judges what can be judged: the ids of an unknown type, but neither what is inside a wrong kind nor a repeated key', () => {
    const named = (body: string) => rejected(body).problems.map(({ path, code }) => `${code} ${path}`);
    expect(named(typed('"no_such_type"').replace('41', '"x"'))).toEqual(['event_type_unknown /event_type', 'type /event_data/campaign_id']);
    expect(named(withMember('event_data', '[{"campaign_id":"x"},1]'))).toEqual(['type /event_data']);
    expect(named(event('', '"campaign_id":"x"'))).toEqual(['duplicate_key /event_data/campaign_id']);
  });

  it('A24: strings may be long inside content only, wherever it stands', () => {
    const long = `{"v":"${x(65_537)}"}`;
    const { problems } = rejected(`{"content":${long},"event_type":"click","event_data":${long},"event_date":"${DATE}","custom_data":${long}}`);
    expect(problems.map(({ path }) => path)).toEqual(['/event_data/v', '/custom_data/v']);
  });

  it('names at most a hundred, with paths and messages of bounded length', () => {
    const deep = `${`{"${x(250)}":`.repeat(20)}1e999${'}'.repeat(20)}`;
    const { problems } = rejected(event('', `"v":[${Array.from({ length: 500 }, () => '1e999').join(',')}],"w":${deep}`));
    expect(problems).toHaveLength(LIMITS.problemsMax);
    const longest = rejected(event('', `"w":${deep}`)).problems[0];
    expect(longest?.path).toBe(`/event_data/w/${x(250)}`);
  });

  it('A3: says at which byte, counted in bytes', () => {
    expect(rejectedBody(event('', '"é":x'))).toContain(`at byte ${bytes(event('', '"é":')).length - 2}`);
    expect(rejectedBody('{"a":1')).toContain('too early, at byte 6');
  });

  it('never repeats what was sent', () => {
    const secret = 'hunter2';
    const { problems } = rejected(event(`"event_id":"${secret}!","profile_id":"${secret}${x(200)}","_xxh":"${secret}"`).replace('"click"', `"${secret}"`));
    expect(problems.length).toBeGreaterThan(3);
    expect(JSON.stringify(problems.map(({ message }) => message))).not.toContain(secret);
  });
});

function rejectedBody(text: string): string {
  return items(text, 'ndjson').map((item) => (item.ok ? '' : (item.problems[0]?.message ?? ''))).join();
}
