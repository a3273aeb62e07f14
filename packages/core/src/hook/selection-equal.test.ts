import { expect, it } from 'vitest';
import type { HookSelection } from './hook.ts';
import { isSameSelection } from './selection-equal.ts';

const selection: HookSelection = {
  databaseId: 12, events: ['click', 'open'], filters: { resources: [1, 2], mailings: [], templates: [], segments: [], pixels: [] }, customData: { fields: ['email', '_fname'], template: { a: 'x', b: 'y' } },
  includeContent: false, includeEventId: true, subjects: { click: ['mailing', 'resource'], open: [] },
};

it('is the same after a trip through JSON, whatever the order of the snapshot', () => {
  expect(isSameSelection(selection, JSON.parse(JSON.stringify(selection)))).toBe(true);
  expect(isSameSelection(selection, { ...selection, subjects: { open: [], click: ['resource', 'mailing'] } })).toBe(true);
});

it.each<[string, Partial<HookSelection>]>([
  ['database', { databaseId: null }], ['events', { events: ['click'], subjects: { click: ['mailing', 'resource'] } }], ['order of events', { events: ['open', 'click'] }], ['filters', { filters: { ...selection.filters, resources: [1] } }],
  ['the same ids in another filter', { filters: { ...selection.filters, resources: [], mailings: [1, 2] } }], ['fields', { customData: { ...selection.customData, fields: ['email'] } }], ['order of fields', { customData: { ...selection.customData, fields: ['_fname', 'email'] } }],
  ['order of template keys', { customData: { ...selection.customData, template: { b: 'y', a: 'x' } } }], ['a template', { customData: { ...selection.customData, template: { a: 'x', b: 'z' } } }], ['content', { includeContent: true }], ['event id', { includeEventId: false }],
  ['what the registry says', { subjects: { click: ['mailing'], open: [] } }], ['a type that the registry lacked', { subjects: { click: ['mailing', 'resource'] } }],
])('differs by %s', (_title, change) => {
  expect(isSameSelection(selection, { ...selection, ...change })).toBe(false);
});
