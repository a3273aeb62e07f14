import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createIds } from '../../src/ids/ids.ts';
import { jsonMembers } from '../../src/json/json-members.ts';
import { parseJsonStrict } from '../../src/json/parse-json-strict.ts';
import { compileMessage } from '../../src/message/compile-message.ts';
import { DATE, items } from './door.ts';

const space = fc.constantFrom('', '', '', ' ', '\t', ' \r ');
/** Raw JSON that another writer might write: odd numbers, odd escapes, white space. */
const rawValue = fc.oneof(
  fc.jsonValue({ noUnicodeString: false, maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.constantFrom('1.0', '-0', '1E5', '9007199254740993', '"\\u0041\\/"', '"\\ud83d\\ude80"', '"é東🚀"', '[ 1 , 2 ]', '{ "a" : { } }', '""'),
).filter((raw) => parseJsonStrict(raw).ok);
const eventData = fc.array(rawValue, { maxLength: 6 }).map((values) => `{${values.map((raw, n) => `"v${n}":${raw}`).join(', ')}}`);

const DELIVERED: Readonly<Record<string, fc.Arbitrary<string>>> = {
  event_type: fc.constantFrom('"click"', '"pixel"', '"\\u0063lick"'),
  event_date: fc.constant(JSON.stringify(DATE)),
  event_data: eventData,
  profile_id: fc.constantFrom('"p"', '"é"', 'null'),
  _xxh: fc.constantFrom('"0f1e2d3c4b5a6978"', 'null'),
  list_id: fc.constantFrom('12', 'null'),
  account_id: fc.constant('3'),
  is_test: fc.constantFrom('true', 'false'),
  subscription: fc.constantFrom('[]', '[{ "channel": "email", "ccsub": {"id": 1.0} }]'),
};
const TAKEN_IN: Readonly<Record<string, fc.Arbitrary<string>>> = { event_id: fc.constant('"e"'), profile: eventData, content: eventData, custom_data: eventData };
const REQUIRED = ['event_type', 'event_date', 'event_data'];

interface Member {
  readonly key: string;
  readonly raw: string;
  readonly text: string;
}

const member = ([key, raw]: readonly [string, fc.Arbitrary<string>]): fc.Arbitrary<Member> =>
  fc.tuple(raw, space, space, space, space).map(([value, ...[a, b, c, d]]) => ({ key, raw: value, text: `${a}"${key}"${b}:${c}${value}${d}` }));

const members = fc.tuple(...[...Object.entries(DELIVERED), ...Object.entries(TAKEN_IN)].map(member)).chain((all) =>
  fc.shuffledSubarray(all.filter(({ key }) => !REQUIRED.includes(key))).chain((some) => fc.shuffledSubarray([...some, ...all.filter(({ key }) => REQUIRED.includes(key))], { minLength: some.length + REQUIRED.length })));

const plain = compileMessage({
  hookId: 'hok_1', ids: createIds(new Uint8Array(32)),
  selection: { databaseId: null, events: [], filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] }, customData: { fields: [], template: {} }, includeContent: false, includeEventId: true, subjects: {} },
});

it('every delivered member keeps its own bytes and its place, alone, in an array and in a line', () => {
  fc.assert(fc.property(fc.array(members, { minLength: 1, maxLength: 4 }), fc.constantFrom('json', 'ndjson'), (events, form) => {
    const texts = events.map((each) => `{${each.map(({ text }) => text).join(',')}}`);
    const got = items(form === 'ndjson' ? texts.join('\n') : texts.length === 1 ? (texts[0] as string) : `[${texts.join(' , ')}]`, form as 'json' | 'ndjson');
    const bases = got.map((item) => (item.ok ? item.draft.base : JSON.stringify(item)));
    const expected = events.map((each) => {
      const own = each.filter(({ key }) => Object.hasOwn(DELIVERED, key)).map(({ key, raw }) => `"${key}":${raw}`);
      const has = (name: string) => each.some(({ key }) => key === name);
      return `{${[...own, ...(has('account_id') ? [] : ['"account_id":3']), ...(has('is_test') ? [] : ['"is_test":false'])].join(',')}`;
    });
    expect(bases).toEqual(expected);
    const takenIn = (each: readonly Member[], name: string) => each.find(({ key }) => key === name)?.raw ?? null;
    expect(got.map((item) => item.ok && [item.draft.profile, item.draft.customData, item.content])).toEqual(events.map((each) => ['profile', 'custom_data', 'content'].map((name) => takenIn(each, name))));
    for (const base of bases) expect(() => JSON.parse(`${base}}`)).not.toThrow();
    // And so does the message of a hook that adds nothing but the id.
    const bodies = got.map((item) => item.ok && plain.render({ ...item.draft, kind: 'event', position: 1, time: 0, eventId: 'e', customData: null }, { profile: { kind: 'absent' }, name: () => undefined, content: null, forExport: false }));
    expect(bodies).toEqual(expected.map((base) => ({ kind: 'ok', body: `${base},"event_id":"e"}` })));
    expect(bases.map((base) => jsonMembers(base).length)).toEqual(bases.map((base) => Object.keys(JSON.parse(`${base}}`) as object).length));
  }), { numRuns: 300 });
});
