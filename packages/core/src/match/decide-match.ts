import type { HookFilters, HookSelection } from '../hook/hook.ts';
import { constrainingKinds } from './filter-kinds.ts';
import type { MatchableEvent } from './filter-kinds.ts';

/** What decided: the first rule that rejected the event, or `matched`. */
export type MatchRule = 'database' | 'event_type' | `filter.${keyof HookFilters}` | 'matched';

export interface MatchDecision {
  readonly matched: boolean;
  readonly rule: MatchRule;
}

/**
 * Whether a selection takes an event, and by which rule (contract section 0). Kinds are joined by AND, ids inside one kind by OR; a kind constrains only the
 * event types that carry its subject, and there an event without a value is rejected. This is the readable reference: `compileMatcher` and `MatchIndex` are the
 * fast ones and answer the same. The account is the caller's to compare.
 */
export function decideMatch(selection: HookSelection, row: MatchableEvent): MatchDecision {
  if (selection.databaseId !== null && selection.databaseId !== row.databaseId) return { matched: false, rule: 'database' };
  if (!selection.events.includes(row.eventType)) return { matched: false, rule: 'event_type' };
  for (const { kind, idOf } of constrainingKinds(selection, row.eventType)) {
    const id = idOf(row);
    if (id === null || !selection.filters[kind].includes(id)) return { matched: false, rule: `filter.${kind}` };
  }
  return { matched: true, rule: 'matched' };
}
