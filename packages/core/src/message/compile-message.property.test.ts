import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventRow } from '../event/log-row.ts';
import type { HookSelection } from '../hook/hook.ts';
import { createIds } from '../ids/ids.ts';
import { TEMPLATE_NAMES } from '../template/template-names.ts';
import { compileMessage } from './compile-message.ts';
import type { RenderContext } from './compile-message.ts';

// Raw JSON as people send it: odd numbers, escapes, white space, the words we look for in places where they mean nothing.
const rawScalar = fc.oneof(
  fc.constantFrom('9007199254740993', '1.0', '-0', '1E5', 'true', 'null', '"\\u0041\\/"', '"\\\\"', '"\\"event_date\\":\\"1999-01-01T00:00:00Z\\""', '"event_date"', '"}]{["', '"{{uuid}}"'),
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
);
const space = fc.constantFrom('', '', ' ', '\n\t ');
const keyText = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constantFrom('event_date', 'profile_id', '_md5', 'email', '__proto__', 'toString'));
const rawValue = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, rawScalar, tie('object'), fc.array(tie('value'), { maxLength: 3 }).map((values) => `[${values.join(' ,')}]`)),
  object: fc.tuple(fc.uniqueArray(fc.tuple(keyText, tie('value')), { selector: ([key]) => key, maxLength: 4 }), space)
    .map(([members, gap]) => `{${gap}${members.map(([key, raw]) => `${JSON.stringify(key)}${gap}:${gap}${raw}`).join(`${gap},`)}${gap}}`),
}));

const DATE = '2001-09-09T01:46:39.000000009Z';
/** Envelope members in any order, as the door lets them through, and what they are. */
const baseMembers = fc.record({
  event_type: fc.constant('"click"'), event_date: fc.constantFrom(`"${DATE}"`, `"${DATE.replace('-', '\\u002d')}"`), event_data: rawValue.object,
  profile_id: fc.constantFrom('"p\\u0031"', '"p1"'), _md5: fc.constant('"m"'), subscription: rawValue.value, list_id: fc.constant('12'),
}, { requiredKeys: ['event_type', 'event_date', 'event_data'] }).chain((members) => fc.shuffledSubarray(Object.entries(members), { minLength: Object.keys(members).length }));

const selectionArbitrary: fc.Arbitrary<HookSelection> = fc.record({
  fields: fc.uniqueArray(keyText.filter((key) => key !== ''), { maxLength: 4 }),
  template: fc.array(fc.tuple(fc.oneof(keyText, fc.constantFrom('1', 'id')), fc.array(fc.oneof(fc.constantFrom(...TEMPLATE_NAMES).map((name) => `{{${name}}}`), fc.string().filter((text) => !/[{}]/.test(text)))).map((parts) => parts.join('')))),
  includeContent: fc.boolean(),
  includeEventId: fc.boolean(),
}).map(({ fields, template, ...flags }) => ({
  databaseId: null, events: ['click'], filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] }, subjects: {},
  customData: { fields, template: Object.fromEntries(template) }, ...flags,
}));

const ids = createIds(new Uint8Array(32));
const rowOf = (members: readonly (readonly [string, string])[], gap: string, changes: Partial<EventRow>): EventRow => ({
  kind: 'event', position: 1, time: 0, accountId: 1, databaseId: 12, eventType: 'click', resourceId: null, mailingId: 41, templateId: null, segmentId: null, pixelId: null, profileId: 'p1',
  eventTimeMs: Date.UTC(2001, 8, 9, 1, 46, 39), eventId: 'e1', base: `{${members.map(([key, raw]) => `${gap}"${key}"${gap}:${gap}${raw}`).join(`${gap},`)},"account_id":1`, profile: null, customData: null, contentRef: null,
  ...changes,
});

/** Fields with the stored values or null, a text at each template key; none of them: no object. */
function customDataExpected({ customData: { fields, template } }: HookSelection, profile: string): unknown {
  const stored = JSON.parse(profile) as Record<string, unknown>;
  const keys = [...new Set([...fields, ...Object.keys(template)])];
  if (keys.length === 0) return undefined;
  return Object.fromEntries(keys.map((key) => [key, Object.hasOwn(template, key) ? (expect.any(String) as unknown) : Object.hasOwn(stored, key) ? stored[key] : null]));
}

describe('any event for any hook', () => {
  const profileArbitrary = fc.oneof(fc.constant({ kind: 'deleted' } as const), fc.constant({ kind: 'absent' } as const), rawValue.object.map((fields) => ({ kind: 'stored', fields }) as const));

  it('becomes JSON that begins with its own bytes and carries the profile\'s and the content\'s', () => {
    fc.assert(fc.property(baseMembers, space, selectionArbitrary, profileArbitrary, rawValue.object, fc.option(rawValue.object, { nil: null }), fc.string({ unit: 'grapheme' }), (members, gap, selection, profile, content, own, text) => {
      const row = rowOf(members, gap, { customData: own });
      const context: RenderContext = { profile, name: () => ({ name: text, subid: text, subject: text }), content, forExport: false };
      const compiled = compileMessage({ hookId: 'hok_1', selection, ids });
      const rendered = compiled.render(row, context);
      expect(rendered.kind).toBe('ok');
      const body = (rendered as { body: string }).body;
      const message = JSON.parse(body) as Record<string, unknown>;
      const sent = JSON.parse(`${row.base}}`) as Record<string, unknown>;
      const gone = profile.kind === 'deleted' ? ['profile_id', '_md5', 'subscription'].filter((key) => key in sent) : [];
      for (const key of gone) sent[key] = null;
      expect(body.startsWith(row.base)).toBe(members.every(([key, raw]) => !gone.includes(key) || raw === 'null'));
      for (const [key, raw] of members) expect(body).toContain(`${gap}"${key}"${gap}:${gap}${gone.includes(key) ? 'null' : raw}`);
      const expected: Record<string, unknown> = { ...sent };
      if (selection.includeEventId) expected['event_id'] = 'e1';
      if (selection.includeContent) expected['content'] = JSON.parse(content);
      const { custom_data: custom, ...others } = message;
      expect(others).toEqual(expected);
      expect(custom).toEqual(own === null ? customDataExpected(selection, profile.kind === 'stored' ? profile.fields : '{}') : JSON.parse(own));
      // Once more, and by another compilation: the same bytes.
      expect(compiled.render(row, context)).toEqual(rendered);
      expect(compileMessage({ hookId: 'hok_1', selection: structuredClone(selection), ids: createIds(new Uint8Array(32)) }).render(structuredClone(row), context)).toEqual(rendered);
    }), { numRuns: 500 });
  });
});
