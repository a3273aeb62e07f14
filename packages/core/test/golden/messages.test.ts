import { expect, it } from 'vitest';
import { compileMessage, type RenderContext } from '../../src/message/compile-message.ts';
import { createIds } from '../../src/ids/ids.ts';
import type { EventRow } from '../../src/event/log-row.ts';
import type { HookSelection } from '../../src/hook/hook.ts';
import { BUILT_IN_EVENT_TYPES } from '../../src/registry/event-types.ts';
import { TEMPLATE_NAMES } from '../../src/template/template-names.ts';
import { accepted } from '../door/door.ts';

// What every documented type and every template becomes, as one table for people: messages.md. A change of a single byte of any message shows there.

const NAMES: Readonly<Record<string, { readonly name: string; readonly subid: string | null; readonly subject: string | null }>> = {
  mailings: { name: 'Spring "sale"', subid: 'S-1', subject: null }, databases: { name: 'Customers', subid: null, subject: null }, segments: { name: 'Löyal 🚀', subid: null, subject: null },
  templates: { name: 'Welcome', subid: null, subject: 'Hi\nthere' }, resources: { name: 'Shop', subid: null, subject: null },
};
const PROFILE = '{"email":"ann@example.net","phones":["+15550100"],"score":9007199254740993,"_fname":null}';
const CONTEXT: RenderContext = { profile: { kind: 'stored', fields: PROFILE }, name: (kind) => NAMES[kind], content: '{"channel":"email","subject":"Hi"}', forExport: false };
const EXACT: Partial<HookSelection> = { includeEventId: false, includeContent: false };

function rowOf(event: string, eventId: string): EventRow {
  const { callerId: _, ...draft } = accepted(event).draft;
  return { ...draft, kind: 'event', position: 7, time: 0, eventId };
}

function render(row: EventRow, selection: Partial<HookSelection>, context: RenderContext = CONTEXT): string {
  const whole: HookSelection = {
    databaseId: null, events: [], filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] }, customData: { fields: [], template: {} }, includeContent: false, includeEventId: true, subjects: {}, ...selection,
  };
  const rendered = compileMessage({ hookId: 'hok_golden', selection: whole, ids: createIds(new Uint8Array(32)) }).render(row, context);
  return rendered.kind === 'ok' ? rendered.body : `${rendered.code}: ${rendered.message}`;
}

const SAMPLE = BUILT_IN_EVENT_TYPES.find(({ eventType }) => eventType === 'click')?.sample ?? '';
const LAUNCH = BUILT_IN_EVENT_TYPES.find(({ eventType }) => eventType === 'campaign_launch')?.sample ?? '';
const IMPORT = '{"event_type":"import_api","event_date":"1970-01-01T00:00:00.000000001Z","event_data":{"is_new":true}}';
const valueOf = (event: string, template: string): string => JSON.stringify((JSON.parse(render(rowOf(event, 'e'), { customData: { fields: [], template: { v: template } } })) as { custom_data: { v: string } }).custom_data.v);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
const code = (text: string): string => `\`${text}\``;

function page(): string {
  const documented = BUILT_IN_EVENT_TYPES.filter(({ status }) => status === 'documented');
  const click = rowOf(SAMPLE, 'e-click');
  const custom: Partial<HookSelection> = { customData: { fields: ['email', 'phones', 'score', 'missing'], template: { id: '{{uuid}}', text: 'order {{campaign_subid}}: {{event_date_unix}} {{uuid}}', email2: '', 'ключ "1"': '\\ {{message_subject}} \u2028' } } };
  const shapes: readonly (readonly [what: string, message: string])[] = [
    ['nothing asked for: the documented body', render(click, EXACT)],
    ['event id, the default', render(click, {})],
    ['custom data: fields in their order, then keys', render(click, custom)],
    ["the event's own custom data", render(rowOf(SAMPLE.replace(/\}$/, ',"custom_data":{ "a" : "{{uuid}}" }}'), 'e'), custom)],
    ['content', render(click, { includeContent: true })],
    ['content in an export', render(click, { includeContent: true }, { ...CONTEXT, forExport: true })],
    ['of a deleted profile', render(click, custom, { ...CONTEXT, profile: { kind: 'deleted' } })],
    ['of a profile that was never stored', render(click, custom, { ...CONTEXT, profile: { kind: 'absent' } })],
    ['with the fields of its moment', render(rowOf(SAMPLE.replace(/\}$/, ',"profile":{"email":"then@example.net"}}'), 'e'), custom)],
    ['with bytes of its own', render(rowOf('{ "event_data" : {"n":1.0, "big":9007199254740993,"e":1E5,"z":-0,"u":"\\u0041\\/"} ,"event_type":"open","event_date":"2026-01-30T07:08:09.5Z","email":" Ann@Example.NET "}', 'e'), {})],
  ];
  return `# Golden messages

Made by messages.test.ts and compared with it byte for byte. Samples are those of the registry, sent by account 3.

## Every documented type, as the hook's exact documented body

${table(['type', 'family', 'message'], documented.map(({ eventType, family, sample }) => [code(eventType), family, code(render(rowOf(sample, `e-${eventType}`), EXACT))]))}

## What a hook adds

${table(['', 'message'], shapes.map(([what, message]) => [what, code(message)]))}

## Every template

${table(['template', 'of a click', 'of a launched campaign', 'of an import without anything'], TEMPLATE_NAMES.map((name) => [code(`{{${name}}}`), ...[SAMPLE, LAUNCH, IMPORT].map((event) => code(valueOf(event, `{{${name}}}`)))]))}
`;
}

it('messages.md has every documented type and template, as they are rendered', async () => {
  await expect(page()).toMatchFileSnapshot('./messages.md');
});

it('an event keeps its bytes wherever a hook adds nothing to them', () => {
  for (const { eventType, sample } of BUILT_IN_EVENT_TYPES) {
    const body = render(rowOf(sample, 'e'), EXACT);
    expect([eventType, body]).toEqual([eventType, `${sample.slice(0, -1)},"account_id":3}`]);
  }
});
