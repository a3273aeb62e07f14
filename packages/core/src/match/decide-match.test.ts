import { describe, expect, it } from 'vitest';
import type { HookFilters, HookSelection, Subject } from '../hook/hook.ts';
import { compileMatcher } from './compile-matcher.ts';
import { decideMatch } from './decide-match.ts';
import type { MatchRule } from './decide-match.ts';
import type { MatchableEvent } from './filter-kinds.ts';

const MESSAGE_SUBJECTS: readonly Subject[] = ['resource', 'mailing', 'template', 'segment'];
const SUBJECTS = { click: MESSAGE_SUBJECTS, campaign_launch: MESSAGE_SUBJECTS, pixel: ['pixel'], segment_enter: ['segment'], import_api: [] } as const;
const NO_FILTERS: HookFilters = { resources: [], mailings: [], templates: [], segments: [], pixels: [] };

interface HookCase {
  readonly databaseId?: number;
  readonly events?: readonly string[];
  readonly filters?: Partial<HookFilters>;
}

function selectionOf({ databaseId, events = Object.keys(SUBJECTS), filters = {} }: HookCase): HookSelection {
  const customData = { fields: [], template: {} };
  return { databaseId: databaseId ?? null, events, filters: { ...NO_FILTERS, ...filters }, customData, includeContent: false, includeEventId: true, subjects: SUBJECTS };
}

const CLICK: MatchableEvent = { eventType: 'click', databaseId: 12, resourceId: 2, mailingId: 41, templateId: 40, segmentId: 5, pixelId: null };
const event = (changes: Partial<MatchableEvent>): MatchableEvent => ({ ...CLICK, ...changes });
const BARE = { resourceId: null, mailingId: null, templateId: null, segmentId: null, pixelId: null };

// The truth table of contract section 0: what the hook says, what the event is, which rule decides.
const TABLE: readonly (readonly [string, HookCase, MatchableEvent, MatchRule])[] = [
  ['no narrowing', {}, CLICK, 'matched'],
  ['the hook\'s database', { databaseId: 12 }, CLICK, 'matched'],
  ['another database', { databaseId: 13 }, CLICK, 'database'],
  ['all databases, event without one', {}, event({ databaseId: null }), 'matched'],
  ['one database, event without one', { databaseId: 12 }, event({ databaseId: null }), 'database'],
  ['a type not chosen', { events: ['pixel'] }, CLICK, 'event_type'],
  ['a type in another spelling', {}, event({ eventType: 'Click' }), 'event_type'],
  ['the database is asked before the type', { databaseId: 13, events: ['pixel'] }, CLICK, 'database'],

  ['OR inside a kind: first', { filters: { mailings: [41, 42] } }, CLICK, 'matched'],
  ['OR inside a kind: last', { filters: { mailings: [42, 41] } }, CLICK, 'matched'],
  ['OR inside a kind: none', { filters: { mailings: [42, 43] } }, CLICK, 'filter.mailings'],
  ['AND between kinds: both', { filters: { mailings: [41], resources: [2] } }, CLICK, 'matched'],
  ['AND between kinds: first fails', { filters: { resources: [3], mailings: [41] } }, CLICK, 'filter.resources'],
  ['AND between kinds: second fails', { filters: { resources: [2], mailings: [42] } }, CLICK, 'filter.mailings'],
  ['AND between kinds: both fail, the first in order decides', { filters: { mailings: [42], resources: [3] } }, CLICK, 'filter.resources'],
  ['template', { filters: { templates: [39] } }, CLICK, 'filter.templates'],
  ['segment', { filters: { segments: [6] } }, CLICK, 'filter.segments'],
  ['all four kinds of a message event', { filters: { resources: [2], mailings: [41], templates: [40], segments: [5] } }, CLICK, 'matched'],
  ['equal numbers of different kinds are different things', { filters: { mailings: [2] } }, CLICK, 'filter.mailings'],

  ['absent value where the type carries the subject', { filters: { mailings: [41] } }, event({ mailingId: null }), 'filter.mailings'],
  ['absent segment (0 on the wire)', { filters: { segments: [5] } }, event({ segmentId: null }), 'filter.segments'],
  ['a filter on segment 0 matches no absent one', { filters: { segments: [0] } }, event({ segmentId: null }), 'filter.segments'],
  ['a launch carries what a message carries', { filters: { mailings: [42] } }, event({ eventType: 'campaign_launch' }), 'filter.mailings'],

  ['a pixel filter does not constrain a click', { filters: { pixels: [7] } }, CLICK, 'matched'],
  ['a mailing filter does not constrain a pixel', { filters: { mailings: [41] } }, event({ ...BARE, eventType: 'pixel', pixelId: 7 }), 'matched'],
  ['a mailing filter does not constrain an import, even one that names a mailing', { filters: { mailings: [42] } }, event({ eventType: 'import_api' }), 'matched'],
  ['a pixel filter constrains a pixel', { filters: { pixels: [8], mailings: [41] } }, event({ ...BARE, eventType: 'pixel', pixelId: 7 }), 'filter.pixels'],
  ['a segment event carries its segment alone', { filters: { segments: [5], resources: [99] } }, event({ ...BARE, eventType: 'segment_enter', segmentId: 5 }), 'matched'],
  ['a segment event of another segment', { filters: { segments: [6] } }, event({ ...BARE, eventType: 'segment_enter', segmentId: 5 }), 'filter.segments'],
  ['every filter at once on an import', { filters: { resources: [1], mailings: [1], templates: [1], segments: [1], pixels: [1] } }, event({ ...BARE, eventType: 'import_api' }), 'matched'],
  ['a type that the registry rows do not name carries nothing', { events: ['constructor'], filters: { mailings: [42] } }, event({ eventType: 'constructor' }), 'matched'],
];

describe('which events a hook takes', () => {
  it.each(TABLE)('%s', (_name, hook, row, rule) => {
    const selection = selectionOf(hook);
    expect(decideMatch(selection, row)).toEqual({ matched: rule === 'matched', rule });
    expect(compileMatcher(selection)(row)).toBe(rule === 'matched');
  });
});
