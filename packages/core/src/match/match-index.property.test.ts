import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventRow } from '../event/log-row.ts';
import type { HookSelection, Subject } from '../hook/hook.ts';
import { compileMatcher } from './compile-matcher.ts';
import { decideMatch } from './decide-match.ts';
import { MatchIndex } from './match-index.ts';

const TYPES = ['click', 'pixel', 'segment_enter', 'import_api', '__proto__', 'constructor'];
// By JSON, as selections are stored: `__proto__` is then a member like others.
const SUBJECTS = JSON.parse('{"click":["resource","mailing","template","segment"],"pixel":["pixel"],"segment_enter":["segment"],"import_api":[],"__proto__":["mailing"],"constructor":["mailing"]}') as Record<string, readonly Subject[]>;
const id = fc.integer({ min: 1, max: 4 });
const idOrNone = fc.option(id, { nil: null });
// Now and then a filter too wide to be a key of the index.
const ids = fc.oneof({ weight: 6, arbitrary: fc.array(id, { maxLength: 3 }) }, { weight: 1, arbitrary: fc.constant(Array.from({ length: 100 }, (_, index) => index + 2)) });

const selectionArbitrary: fc.Arbitrary<HookSelection> = fc.record({
  databaseId: idOrNone,
  events: fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1 }),
  filters: fc.record({ resources: ids, mailings: ids, templates: ids, segments: ids, pixels: ids }),
  customData: fc.constant({ fields: [], template: {} }),
  includeContent: fc.constant(false),
  includeEventId: fc.constant(true),
  subjects: fc.constant(SUBJECTS),
});
const rowArbitrary = fc.record({
  accountId: fc.integer({ min: 1, max: 2 }), databaseId: idOrNone, eventType: fc.constantFrom(...TYPES, 'unheard_of'),
  resourceId: idOrNone, mailingId: idOrNone, templateId: idOrNone, segmentId: idOrNone, pixelId: idOrNone,
}) as fc.Arbitrary<unknown> as fc.Arbitrary<EventRow>;
const hookArbitrary = fc.record({ accountId: fc.integer({ min: 1, max: 2 }), selection: selectionArbitrary });
const changeArbitrary = fc.record({ key: fc.integer({ min: 0, max: 7 }).map(String), hook: fc.option(hookArbitrary, { nil: null }) });

function visited(index: MatchIndex<string>, row: EventRow): string[] {
  const values: string[] = [];
  index.match(row, (value) => values.push(value));
  return values.sort();
}

describe('the index of all hooks', () => {
  it('finds exactly what deciding hook by hook finds, each once, through any changes', () => {
    fc.assert(fc.property(fc.array(changeArbitrary, { maxLength: 25 }), fc.array(rowArbitrary, { minLength: 1, maxLength: 10 }), (changes, rows) => {
      const index = new MatchIndex<string>();
      const hooks = new Map<string, { accountId: number; selection: HookSelection }>();
      for (const { key, hook } of changes) {
        if (hook === null) expect(index.delete(key)).toBe(hooks.delete(key));
        else {
          hooks.set(key, hook);
          index.set(key, hook.accountId, hook.selection, key);
        }
      }
      for (const row of rows) {
        const expected = [...hooks].filter(([, hook]) => hook.accountId === row.accountId && decideMatch(hook.selection, row).matched).map(([key]) => key).sort();
        expect(visited(index, row)).toEqual(expected);
      }
    }), { numRuns: 500 });
  });

  it('and the compiled matcher agree with the decision', () => {
    fc.assert(fc.property(selectionArbitrary, rowArbitrary, (selection, row) => {
      expect(compileMatcher(selection)(row)).toBe(decideMatch(selection, row).matched);
    }), { numRuns: 1000 });
  });

  it('keeps nothing of hooks that are gone', () => {
    const index = new MatchIndex<string>();
    const selection = fc.sample(selectionArbitrary, { numRuns: 50, seed: 7 });
    for (const [at, one] of selection.entries()) index.set(`h${at}`, at % 3, one, `h${at}`);
    for (const at of selection.keys()) expect(index.delete(`h${at}`)).toBe(true);
    for (const row of fc.sample(rowArbitrary, { numRuns: 200, seed: 8 })) expect(visited(index, row)).toEqual([]);
    expect(index.delete('h0')).toBe(false);
  });
});
