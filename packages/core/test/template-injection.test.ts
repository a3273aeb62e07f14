import { expect, it } from 'vitest';
import { compileMessage } from '../src/message/compile-message.ts';
import { createIds } from '../src/ids/ids.ts';
import { parseTemplate } from '../src/template/parse-template.ts';
import { accepted, corpus, event } from './door/door.ts';

// bad-input.md D2, D3: no evaluator exists. What looks like another template language is text, or refused when the hook is saved.

const OWN = ['{{7*7}}', '${7*7}', '#{7*7}', '<%= 7*7 %>', "{{constructor.constructor('return process')()}}", '{{__proto__}}', '{% for x in (1..9) %}', '[[${7*7}]]', '*{7*7}', '@(1+2)'];
const strings = [...OWN, ...((corpus('ssti.json') as unknown as string[] | null) ?? []).map((packed) => Buffer.from(packed, 'base64').toString('utf8'))];

it.each(strings)('D2: %j is text or refused', (text) => {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return expect(parsed.problems[0]?.code).toBe('template_unknown');
  expect(parsed.value.every((part) => part.kind === 'text')).toBe(true);
  expect(renderedWith(text, '{}')).toBe(text);
});

it.each([...strings, '{{uuid}}', '{{campaign_name}}'])('D3: %j in a profile, a name or an event is never expanded', (text) => {
  expect(renderedWith('{{campaign_name}}', '{}', text)).toBe(text);
  const row = rowOf(event('', `"v":${JSON.stringify(text)}`));
  const rendered = compile({ fields: ['f'], template: {} }).render(row, { profile: { kind: 'stored', fields: JSON.stringify({ f: text }) }, name: () => undefined, content: null, forExport: false });
  expect(JSON.parse((rendered as { body: string }).body)).toMatchObject({ event_data: { v: text }, custom_data: { f: text } });
});

function compile(customData: { fields: string[]; template: Record<string, string> }) {
  return compileMessage({
    hookId: 'hok_1', ids: createIds(new Uint8Array(32)),
    selection: { databaseId: null, events: [], filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] }, customData, includeContent: false, includeEventId: false, subjects: {} },
  });
}

function rowOf(text: string) {
  const { callerId: _, ...draft } = accepted(text).draft;
  return { ...draft, kind: 'event' as const, position: 1, time: 0, eventId: 'e' };
}

function renderedWith(template: string, fields: string, name = ''): string {
  const rendered = compile({ fields: [], template: { v: template } }).render(rowOf(event()), { profile: { kind: 'stored', fields }, name: () => ({ name, subid: null, subject: null }), content: null, forExport: false });
  return (JSON.parse((rendered as { body: string }).body) as { custom_data: { v: string } }).custom_data.v;
}
