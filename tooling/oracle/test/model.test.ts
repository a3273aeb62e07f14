import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HookConfig } from '../src/model/hook-config.ts';
import { eventNumberIn, makeEvent } from '../src/model/make-event.ts';
import type { OracleEvent } from '../src/model/make-event.ts';
import { matches } from '../src/model/matches.ts';
import { mergePatch } from '../src/model/merge-patch.ts';
import { messageProblems } from '../src/model/message-problems.ts';
import { splitArray } from '../src/model/split-array.ts';
import { ALL_TEMPLATES, templateValue } from '../src/model/template-value.ts';
import { sampleMessage } from './sample-message.ts';

const HOOK: HookConfig = { name: 'h', database_id: null, events: ['click', 'pixel'], request: { type: 'http' } };
const click: OracleEvent = {
  ...makeEvent(1, 0, { types: ['click'] }), databaseId: 21, subjects: { resource: 2, mailing: 401, template: 701 }, date: { day: '2025-01-31', time: '23:59:59', fraction: '987654321' },
};

describe('matches', () => {
  it.each<[string, Partial<HookConfig>, boolean]>([
    ['nothing narrows', {}, true],
    ['its database', { database_id: 21 }, true],
    ['another database', { database_id: 22 }, false],
    ['another type', { events: ['open'] }, false],
    ['one of the mailings', { filters: { mailings: [401, 402] } }, true],
    ['none of the mailings', { filters: { mailings: [402] } }, false],
    ['one of two kinds of filter', { filters: { mailings: [401], resources: [3] } }, false],
    ['a filter for something it does not carry', { filters: { pixels: [91] } }, true],
    ['a segment where it has none', { filters: { segments: [51] } }, false],
  ])('%s', (_, narrow, expected) => {
    expect(matches({ ...HOOK, ...narrow }, click)).toBe(expected);
  });
});

describe('templateValue', () => {
  it.each([
    ['{{event_date}}', '2025-01-31T23:59:59.987654Z', '2025-01-31T23:59:59.987655Z'],
    ['{{event_date_ymd}}', '2025-01-31', '2025-02-01'],
    ['{{event_date_rfc3339}}', '2025-01-31T23:59:59.987654321Z', '2025-01-31T23:59:59.987654Z'],
    ['{{event_date_unix}}', '1738367999', '1738368000'],
    ['{{event_date_unixnano}}', '1738367999987654321', '1738367999987654400'],
    ['{{campaign_name}}', 'mailings "401" \\ Ж {{uuid}}', 'mailings "402" \\ Ж {{uuid}}'],
    ['{{segment_name}}', '', 'segments "51" \\ Ж {{uuid}}'],
    ['a.b {{campaign_subid}}!', 'a.b sub/401!', 'axb sub/401!'],
    ['{{uuid}}', 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
  ])('%s', (template, right, wrong) => {
    expect(templateValue(template, click).test(right)).toBe(true);
    expect(templateValue(template, click).test(wrong)).toBe(false);
  });

  it('knows all of contract.md section 4', () => {
    expect(Object.keys(ALL_TEMPLATES)).toHaveLength(13);
  });
});

describe('makeEvent', () => {
  it('makes the same event again, and tells events apart', () => {
    expect(makeEvent(7, 5)).toEqual(makeEvent(7, 5));
    expect(makeEvent(7, 6).text).not.toBe(makeEvent(7, 5).text);
    expect(makeEvent(8, 5).text).not.toBe(makeEvent(7, 5).text);
  });

  it('makes JSON that says which event it is', () => {
    for (let number = 0; number < 300; number++) {
      const { text, id } = makeEvent(3, number);
      expect((JSON.parse(text) as { event_id: string }).event_id).toBe(id);
      expect(eventNumberIn(text)).toBe(number);
    }
  });
});

describe('messageProblems', () => {
  const events = Array.from({ length: 200 }, (_, number) => makeEvent(2, number));

  it('finds nothing wrong with what the contract says', () => {
    expect(events.flatMap((event) => messageProblems(HOOK, event, sampleMessage(event)))).toEqual([]);
  });

  it.each<[string, (event: OracleEvent) => string]>([
    ['a field too many', (event) => sampleMessage(event, { email: 'a@b.example' })],
    ['a field that is gone', (event) => sampleMessage(event, { account_id: undefined })],
    ['another value', (event) => sampleMessage(event, { is_test: 'false' })],
    ['custom_data that nobody asked for', (event) => sampleMessage(event, { custom_data: { x: 1 } })],
    ['event_data that was parsed and printed', (event) => JSON.stringify(JSON.parse(sampleMessage(event)))],
    ['no JSON', (event) => sampleMessage(event).slice(0, -1)],
  ])('finds %s', (_, spoil) => {
    for (const event of events) expect(messageProblems(HOOK, event, spoil(event))).not.toEqual([]);
  });

  it('looks at custom_data value by value', () => {
    const event = { ...events.find((one) => one.ownProfile && !one.ownCustomData), ownProfile: { email: 'x@y.example' } } as OracleEvent;
    const asking = { ...HOOK, custom_data: { fields: ['email', 'absent'], template: { day: '{{event_date_ymd}}' } } };
    const right = { email: 'x@y.example', absent: null, day: event.date.day };
    expect(messageProblems(asking, event, sampleMessage(event, { custom_data: right }))).toEqual([]);
    for (const wrong of [{ email: 'z' }, { absent: undefined, more: 1 }, { day: '' }, { absent: '' }]) {
      expect(messageProblems(asking, event, sampleMessage(event, { custom_data: { ...right, ...wrong } }))).not.toEqual([]);
    }
  });
});

it('splitArray gives the elements as they were printed', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), (values) => {
      expect(splitArray(JSON.stringify(values))).toEqual(values.map((value) => JSON.stringify(value)));
    }),
  );
  expect(splitArray('{"a":1}')).toBeNull();
  expect(splitArray('[{"a":[1,2}]')).toBeNull();
});

it('mergePatch merges objects, replaces the rest, and removes what is null', () => {
  expect(mergePatch({ a: { b: 1, c: 2 }, d: [1, 2], e: 3 }, { a: { c: null, f: { g: 1 } }, d: [3] })).toEqual({ a: { b: 1, f: { g: 1 } }, d: [3], e: 3 });
});
