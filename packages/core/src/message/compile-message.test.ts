import { describe, expect, it } from 'vitest';
import type { EventRow } from '../event/log-row.ts';
import type { HookSelection } from '../hook/hook.ts';
import { createIds } from '../ids/ids.ts';
import type { CatalogName } from './catalog-names.ts';
import { compileMessage, MESSAGE_BYTES_MAX } from './compile-message.ts';
import type { RenderContext, RenderedMessage, RenderProfile } from './compile-message.ts';

const ids = createIds(Uint8Array.from({ length: 32 }, (_, index) => index));
const DATE = '2025-05-06T07:08:09.123456789Z';
const HEAD = `{"event_type":"click","event_date":"${DATE}","event_data":{"message_id": 40,"x":1.0}`;

const ROW: EventRow = {
  kind: 'event', position: 7, time: 0, accountId: 3, databaseId: 12, eventType: 'click', resourceId: 2, mailingId: 41, templateId: 40, segmentId: 5, pixelId: null,
  profileId: 'p1', eventTimeMs: Date.UTC(2025, 4, 6, 7, 8, 9, 123), eventId: 'evt_log.0.7', base: HEAD, profile: null, customData: null, contentRef: null,
};
const row = (changes: Partial<EventRow>): EventRow => ({ ...ROW, ...changes });

type CustomData = HookSelection['customData'];
function compile(customData: Partial<CustomData> = {}, flags: Partial<Pick<HookSelection, 'includeContent' | 'includeEventId'>> = {}) {
  const filters = { resources: [], mailings: [], templates: [], segments: [], pixels: [] };
  const selection: HookSelection = {
    databaseId: null, events: ['click'], filters, subjects: {}, customData: { fields: [], template: {}, ...customData }, includeContent: false, includeEventId: false, ...flags,
  };
  return compileMessage({ hookId: 'hok_1', selection, ids });
}

const named = (name: string, more: Partial<CatalogName> = {}): CatalogName => ({ name, subid: null, subject: null, ...more });
const CATALOG: Readonly<Record<string, CatalogName>> = {
  'mailings/41': named('Spring "sale" \\ é', { subid: 'sub-41' }), 'mailings/42': named('{{uuid}} ${7*7}'), 'databases/12': named('Base'), 'resources/2': named('Shop'),
  'segments/5': named('Loyal'), 'templates/40': named('Letter', { subject: 'Сезон\n"40"\u2028</script>\u0000' }),
};
const CONTEXT: RenderContext = { profile: { kind: 'absent' }, name: (kind, id) => CATALOG[`${kind}/${id}`], content: null, forExport: false };
const stored = (fields: string): RenderProfile => ({ kind: 'stored', fields });

function bodyOf(rendered: RenderedMessage): string {
  expect(rendered).toMatchObject({ kind: 'ok' });
  return (rendered as { body: string }).body;
}

/** What the custom data value `template` becomes. */
function valueOf(template: string, event: EventRow = ROW): unknown {
  const body = bodyOf(compile({ template: { key: template } }).render(event, CONTEXT));
  return (JSON.parse(body) as { custom_data: { key: unknown } }).custom_data.key;
}

describe('templates', () => {
  it.each<[string, string, Partial<EventRow>]>([
    ['{{event_date}}', '2025-05-06T07:08:09.123456Z', {}],
    ['{{event_date_ymd}}', '2025-05-06', {}],
    ['{{event_date_rfc3339}}', DATE, {}],
    ['{{event_date_unix}}', '1746515289', {}],
    ['{{event_date_unixnano}}', '1746515289123456789', {}],
    ['{{campaign_name}}', 'Spring "sale" \\ é', {}],
    ['{{campaign_subid}}', 'sub-41', {}],
    ['{{database_name}}', 'Base', {}],
    ['{{segment_name}}', 'Loyal', {}],
    ['{{message_name}}', 'Letter', {}],
    ['{{message_subject}}', 'Сезон\n"40"\u2028</script>\u0000', {}],
    ['{{resource_name}}', 'Shop', {}],
    ['{{ campaign_name }}: {{event_date_ymd}}!', 'Spring "sale" \\ é: 2025-05-06!', {}],
    ['plain "text" \\ {{', 'plain "text" \\ {{', {}],
    ['', '', {}],
    // Where it does not apply.
    ['{{campaign_name}}', '', { mailingId: null }],
    ['{{campaign_subid}}', '', { mailingId: 42 }],
    ['{{campaign_name}}', '', { mailingId: 99 }],
    ['{{database_name}}', '', { databaseId: null }],
    ['{{segment_name}}', '', { segmentId: null }],
    ['{{message_subject}}', '', { templateId: null }],
    ['[{{resource_name}}]', '[]', { resourceId: null }],
    // What it is replaced by is not read again.
    ['{{campaign_name}}', '{{uuid}} ${7*7}', { mailingId: 42 }],
  ])('%s gives %j', (template, value, changes) => {
    expect(valueOf(template, row(changes))).toBe(value);
  });

  it('{{uuid}} is shaped like version 4 and stays the same for one event, hook and place', () => {
    const value = valueOf('{{uuid}}');
    expect(value).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(valueOf('{{uuid}}')).toBe(value);
    expect(valueOf('n:{{event_date}}{{uuid}}')).toBe(`n:2025-05-06T07:08:09.123456Z${value}`);
    expect(valueOf('{{uuid}}', row({ position: 8, base: `${HEAD},"more":1` }))).toBe(value);
    expect(valueOf('{{uuid}}', row({ eventId: 'other' }))).not.toBe(value);
    expect(valueOf('{{uuid}}', row({ accountId: 4 }))).not.toBe(value);
    const [first, second] = (valueOf('{{uuid}} {{uuid}}') as string).split(' ');
    expect([first, first === second]).toEqual([value, false]);
  });

  it.each([
    ['after nested members', `{"event_data":{"event_date":"1999-01-01T00:00:00Z"},"event_date":"${DATE}"`],
    ['after an array', `{"subscription":[{"event_date":"1999-01-01T00:00:00Z"}],"event_date":"${DATE}"`],
    ['with white space', `{ "event_type" : "event_date", "event_date" : "${DATE}"`],
    ['as a value before the key', `{"event_type":"event_date","event_date":"${DATE}"`],
    ['spelled with escapes', `{"event_type":"click","event\\u005fdate":"2025\\u002d05-06T07:08:09.123456789Z"`],
    ['with escapes in the value', `{"event_date":"2025\\u002d05-06T07:08:09.123456789\\u005a"`],
  ])('event_date is found %s', (_name, base) => {
    expect(valueOf('{{event_date_rfc3339}} {{event_date_unixnano}}', row({ base }))).toBe(`${DATE} 1746515289123456789`);
  });
});

describe('a message', () => {
  it.each<[string, Parameters<typeof compile>, Partial<EventRow>, Partial<RenderContext>, string]>([
    ['is the event', [], {}, {}, ''],
    ['has the event id', [{}, { includeEventId: true }], {}, {}, ',"event_id":"evt_log.0.7"'],
    ['has no custom data where there is none to give', [{ fields: [], template: {} }], { profile: '{"email":"x"}' }, { profile: stored('{"email":"y"}') }, ''],
    ['has the event\'s own custom data, bytes and all, in place of the template', [{ fields: ['email'], template: { a: '{{uuid}}' } }], { customData: '{ "a":"{{uuid}}", "n":1.0 }' }, { profile: stored('{"email":"y"}') }, ',"custom_data":{ "a":"{{uuid}}", "n":1.0 }'],
    ['has the event\'s own custom data where the hook has none', [], { customData: '{}' }, {}, ',"custom_data":{}'],
    ['has fields in their order, then keys in theirs', [{ fields: ['z', 'a'], template: { y: 'Y', b: '{{event_date_ymd}}' } }], {}, { profile: stored('{"a":1,"z":2}') }, ',"custom_data":{"z":2,"a":1,"y":"Y","b":"2025-05-06"}'],
    ['has the template where a key is also a field', [{ fields: ['email', 'tier'], template: { email: 'at {{database_name}}' } }], {}, { profile: stored('{"email":"y","tier":1}') }, ',"custom_data":{"tier":1,"email":"at Base"}'],
    ['names a field once', [{ fields: ['tier', 'tier'] }], {}, { profile: stored('{"tier":1}') }, ',"custom_data":{"tier":1}'],
    ['escapes keys', [{ fields: ['a"b'], template: { 'c\\\n': 'x' } }], {}, { profile: stored('{"a\\u0022b":1}') }, ',"custom_data":{"a\\"b":1,"c\\\\\\n":"x"}'],
    ['takes words of JavaScript as keys', [{ fields: ['__proto__', 'constructor'], template: JSON.parse('{"toString":"x","__proto__":"y"}') as Record<string, string> }], {}, { profile: stored('{"a":1}') }, ',"custom_data":{"constructor":null,"toString":"x","__proto__":"y"}'],
    ['has content where the hook wants it', [{}, { includeContent: true }], {}, { content: '{"channel": "email"}' }, ',"content":{"channel": "email"}'],
    ['has no content where the hook does not', [], {}, { content: '{}' }, ''],
    ['has no content when it is gone', [{}, { includeContent: true }], {}, { content: null }, ''],
    ['has no content in an export', [{}, { includeContent: true }], {}, { content: '{}', forExport: true }, ''],
    ['has everything in one order', [{ fields: ['n'] }, { includeContent: true, includeEventId: true }], {}, { profile: stored('{"n":-0}'), content: '{"c":1}' }, ',"event_id":"evt_log.0.7","custom_data":{"n":-0},"content":{"c":1}'],
  ])('%s', (_name, hook, changes, context, tail) => {
    expect(bodyOf(compile(...hook).render(row(changes), { ...CONTEXT, ...context }))).toBe(`${HEAD}${tail}}`);
  });

  it('is refused above its size, and only there', () => {
    const sized = compile({}, { includeContent: true });
    const contentOf = (bytes: number): string => `"${'é'.repeat((bytes - 2) / 2)}"`;
    const room = MESSAGE_BYTES_MAX - `${HEAD},"content":}`.length;
    const even = room - (room % 2);
    expect(bodyOf(sized.render(ROW, { ...CONTEXT, content: contentOf(even) })).length).toBeGreaterThan(MESSAGE_BYTES_MAX / 2);
    expect(sized.render(ROW, { ...CONTEXT, content: contentOf(even + 2) })).toMatchObject({ kind: 'failed', code: 'render_too_large' });
  });

  it('is refused when names blow it up, before memory is used for it', () => {
    const template = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, '{{campaign_name}}'.repeat(3_000)]));
    const large = compile({ template });
    let lookups = 0;
    const name = (): CatalogName => (lookups++, named('x'.repeat(1024)));
    expect(large.render(ROW, { ...CONTEXT, name })).toMatchObject({ kind: 'failed', code: 'render_too_large' });
    expect(lookups).toBeLessThan(2000);
  });

  it('that cannot be rendered is told, not thrown, and the others are sent', () => {
    const dated = compile({ template: { date: '{{event_date}}' } });
    const rendered = [ROW, row({ base: '{"event_type":"click"' }), ROW].map((event) => dated.render(event, CONTEXT));
    expect(rendered.map(({ kind }) => kind)).toEqual(['ok', 'failed', 'ok']);
    expect(rendered[1]).toEqual({ kind: 'failed', code: 'render_failed', message: 'the message cannot be rendered: the event has no event_date' });
    const fails = (): never => {
      throw new Error(`line\nbreak ${'x'.repeat(500)}`);
    };
    const failed = compile({ template: { n: '{{campaign_name}}' } }).render(ROW, { ...CONTEXT, name: fails });
    expect(failed).toMatchObject({ kind: 'failed', code: 'render_failed', message: expect.stringMatching(/^[^\n]{300}$/) });
  });

  it('of a hook whose template could not have been saved is a bug', () => {
    expect(() => compile({ template: { a: '{{nope}}' } })).toThrow(expect.objectContaining({ code: 'invariant_broken' }));
  });
});

describe('profile fields', () => {
  const FIELDS = ['email', 'phones', 'missing', 'address'];
  const STORED = stored('{"email":"ann@example.net", "phones":["+100"], "address":{"city":"Lyon", "n":1.0}}');
  const PERSON = `{"profile_id":"p1","event_date":"${DATE}","event_data":{"profile_id":"p1","_md5":"m"},"subscription":[{"email":"a"}],"_xxh" : "x","subscription_hash_id":"h","_md5":"m"`;
  const NOBODY = `{"profile_id":null,"event_date":"${DATE}","event_data":{"profile_id":"p1","_md5":"m"},"subscription":null,"_xxh" : null,"subscription_hash_id":"h","_md5":null`;
  const ALL_NULL = '{"email":null,"phones":null,"missing":null,"address":null,"d":"2025-05-06"}';
  const MOMENT = '{"email":"then@example.net","tier":9}';

  it.each<[string, RenderProfile, string | null, string, string]>([
    ['stored', STORED, null, PERSON, '{"email":"ann@example.net","phones":["+100"],"missing":null,"address":{"city":"Lyon", "n":1.0},"d":"2025-05-06"}'],
    ['stored, and the moment\'s with the event, which replace it as a whole', STORED, MOMENT, PERSON, '{"email":"then@example.net","phones":null,"missing":null,"address":null,"d":"2025-05-06"}'],
    ['stored, and the moment\'s are empty', STORED, '{}', PERSON, ALL_NULL],
    ['never stored', { kind: 'absent' }, null, PERSON, ALL_NULL],
    ['never stored, the moment\'s with the event', { kind: 'absent' }, MOMENT, PERSON, '{"email":"then@example.net","phones":null,"missing":null,"address":null,"d":"2025-05-06"}'],
    ['deleted', { kind: 'deleted' }, null, NOBODY, ALL_NULL],
    ['deleted, and the moment\'s with the event', { kind: 'deleted' }, MOMENT, NOBODY, ALL_NULL],
  ])('%s', (_name, profile, moment, base, custom) => {
    const rendered = compile({ fields: FIELDS, template: { d: '{{event_date_ymd}}' } }).render(row({ base: PERSON, profile: moment }), { ...CONTEXT, profile });
    expect(bodyOf(rendered)).toBe(`${base},"custom_data":${custom}}`);
  });

  it('of a deleted profile leave an event without them as it is, and a trigger\'s own custom data too', () => {
    const hook = compile({ fields: FIELDS });
    expect(bodyOf(hook.render(row({ customData: '{"email":"t"}' }), { ...CONTEXT, profile: { kind: 'deleted' } }))).toBe(`${HEAD},"custom_data":{"email":"t"}}`);
    expect(bodyOf(compile().render(row({ base: PERSON }), { ...CONTEXT, profile: { kind: 'deleted' } }))).toBe(`${NOBODY}}`);
    const escaped = `{"profile\\u005fid":"p1","event_date":"${DATE}"`;
    expect(bodyOf(compile().render(row({ base: escaped }), { ...CONTEXT, profile: { kind: 'deleted' } }))).toBe(`{"profile\\u005fid":null,"event_date":"${DATE}"}`);
  });

  it('keep the bytes of every kind of value, and are never expanded', () => {
    const values = { big: '9007199254740993', float: '1.0', exp: '1E5', zero: '-0', text: '"\\u0041\\/{{uuid}}"', yes: 'true', no: 'null', list: '[ 1, "]" ]', object: '{"a": {"b":"}"}}' };
    const fields = `{ ${Object.entries(values).map(([key, raw]) => `"${key}" : ${raw}`).join(' ,\n')} }`;
    const body = bodyOf(compile({ fields: Object.keys(values) }).render(ROW, { ...CONTEXT, profile: stored(fields) }));
    expect(body).toBe(`${HEAD},"custom_data":{${Object.entries(values).map(([key, raw]) => `"${key}":${raw}`).join(',')}}}`);
  });
});

describe('what has to be looked up', () => {
  it('is what the selection uses', () => {
    expect(compile().needs).toEqual({ profile: false, names: [], content: false });
    expect(compile({ fields: ['email'] }, { includeContent: true }).needs).toEqual({ profile: true, names: [], content: true });
    expect(compile({ fields: ['email'], template: { email: '{{uuid}}{{event_date}}' } }).needs).toEqual({ profile: false, names: [], content: false });
    expect(compile({ template: { a: '{{message_name}} {{campaign_name}}', b: '{{message_subject}}' } }).needs.names).toEqual(['templates', 'mailings']);
  });

  it('of an event is what it names, each once', () => {
    const all = compile({ template: { a: '{{message_name}}{{message_subject}}{{campaign_subid}}{{database_name}}{{resource_name}}{{segment_name}}' } });
    expect(all.namesOf(ROW)).toEqual([
      { kind: 'templates', id: 40 }, { kind: 'mailings', id: 41 }, { kind: 'databases', id: 12 }, { kind: 'resources', id: 2 }, { kind: 'segments', id: 5 },
    ]);
    expect(all.namesOf(row({ templateId: null, databaseId: null, segmentId: null }))).toEqual([{ kind: 'mailings', id: 41 }, { kind: 'resources', id: 2 }]);
    expect(all.namesOf(row({ customData: '{}' }))).toEqual([]);
  });
});
