import type { HookSelection } from '../hook/hook.ts';
import { constrainingKinds } from './filter-kinds.ts';
import type { FilterKind, MatchableEvent } from './filter-kinds.ts';

export type RowTest = (row: MatchableEvent) => boolean;

/** `decideMatch` for one selection and many events: only yes or no. */
export function compileMatcher(selection: HookSelection): RowTest {
  const { databaseId } = selection;
  const byType = new Map<string, RowTest>();
  for (const eventType of selection.events) byType.set(eventType, compileFilters(selection, constrainingKinds(selection, eventType)));
  return (row) => {
    if (databaseId !== null && databaseId !== row.databaseId) return false;
    const passes = byType.get(row.eventType);
    return passes !== undefined && passes(row);
  };
}

/** One test that asks all of `kinds`. */
export function compileFilters(selection: HookSelection, kinds: readonly FilterKind[]): RowTest {
  const tests = kinds.map(({ kind, idOf }) => compileFilter(idOf, selection.filters[kind]));
  const [first, second] = tests;
  if (first === undefined) return passAll;
  if (second === undefined) return first;
  if (tests.length === 2) return (row) => first(row) && second(row);
  return (row) => tests.every((passes) => passes(row));
}

function passAll(): boolean {
  return true;
}

function compileFilter(idOf: FilterKind['idOf'], wanted: readonly number[]): RowTest {
  if (wanted.length === 1) {
    const only = wanted[0];
    return (row) => idOf(row) === only;
  }
  const ids = new Set<number | null>(wanted);
  return (row) => ids.has(idOf(row));
}
