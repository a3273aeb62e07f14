import { describe, expect, it } from 'vitest';
import { parseTemplate } from './parse-template.ts';
import type { TemplatePart } from './parse-template.ts';
import { nearestTemplateName, TEMPLATE_NAMES } from './template-names.ts';

const text = (value: string): TemplatePart => ({ kind: 'text', text: value });
const uuid: TemplatePart = { kind: 'name', name: 'uuid' };

describe('a custom data value', () => {
  it.each<[string, readonly TemplatePart[]]>([
    ['', []],
    ['plain', [text('plain')]],
    ['{{uuid}}', [uuid]],
    ['{{ uuid }}', [uuid]],
    ['{{   uuid}}', [uuid]],
    ['a{{uuid}}b{{event_date}}', [text('a'), uuid, text('b'), { kind: 'name', name: 'event_date' }]],
    ['{{uuid}}{{uuid}}', [uuid, uuid]],
    ['{{uuid', [text('{{uuid')]],
    ['}}', [text('}}')]],
    ['}}{{uuid}}', [text('}}'), uuid]],
    ['{{uuid}}}}', [uuid, text('}}')]],
    ['{{uuid}} {{', [uuid, text(' {{')]],
    ['{uuid}', [text('{uuid}')]],
    ['{"id":{"n":"{{uuid}}"}}', [text('{"id":{"n":"'), uuid, text('"}}')]],
    ['#{7*7} ${7*7} <%=7*7%> {%x%} [[x]]', [text('#{7*7} ${7*7} <%=7*7%> {%x%} [[x]]')]],
  ])('%j is read', (value, parts) => {
    expect(parseTemplate(value)).toEqual({ ok: true, value: parts });
  });

  it.each<[string, readonly string[]]>([
    ['{{unknown}}', ['there is no template {{unknown}}']],
    ['{{UUID}}', ['there is no template {{UUID}}']],
    ['{{campain_name}}', ['there is no template {{campain_name}}']],
    ['{{event_date_unix_nano}}', ['there is no template {{event_date_unix_nano}}']],
    ['{{{{uuid}}}}', ['there is no template {{{{uuid}}']],
    ['{{}}', ['there is no template {{}}']],
    ['{{ }}', ['there is no template {{}}']],
    ['{{\tuuid}}', ['there is no template {{\tuuid}}']],
    ['{{uu id}}', ['there is no template {{uu id}}']],
    ['{{7*7}}', ['there is no template {{7*7}}']],
    ["{{constructor.constructor('return process')()}}", ["there is no template {{constructor.constructor('return process'…}}"]],
    ['{{__proto__}}', ['there is no template {{__proto__}}']],
    ['{{this}} {{uuid}} {{that}} {{this}}', ['there is no template {{this}}', 'there is no template {{that}}']],
  ])('%j is refused', (value, messages) => {
    expect(parseTemplate(value)).toEqual({ ok: false, status: 422, problems: messages.map((message) => ({ path: '', code: 'template_unknown', message: expect.stringContaining(`${message}; the nearest is {{`) })) });
  });

  it('names the nearest template', () => {
    expect(TEMPLATE_NAMES.map((name) => nearestTemplateName(` ${name.toUpperCase()} `))).toEqual(TEMPLATE_NAMES);
    expect(['campain_name', 'event_date_unix_nano', 'subject', 'date', 'db_name', 'mesage_name', 'unixnano', 'guid'].map(nearestTemplateName))
      .toEqual(['campaign_name', 'event_date_unixnano', 'message_subject', 'event_date', 'database_name', 'message_name', 'event_date_unixnano', 'uuid']);
  });

  it('with thousands of wrong names, or one without end, gets a short answer', () => {
    const parsed = parseTemplate(Array.from({ length: 10_000 }, (_, index) => `{{${index}}}`).join(''));
    expect(parsed).toMatchObject({ ok: false, problems: { length: 10 } });
    const endless = parseTemplate(`{{${'x'.repeat(60_000)}}}`);
    expect(endless).toMatchObject({ ok: false, problems: [{ message: expect.stringMatching(/^.{1,120}$/) }] });
  });
});
