import type { HookSelection } from '../hook/hook.ts';
import { compileFilters } from './compile-matcher.ts';
import type { RowTest } from './compile-matcher.ts';
import { constrainingKinds } from './filter-kinds.ts';
import type { FilterKind, MatchableEvent } from './filter-kinds.ts';

/** A filter with more ids than this is no key of the index: it would take more memory than the test it saves is worth. */
const KEYED_IDS_MAX = 64;

/** One value for one event type: found by `ids` of the kind `keyedBy` (null = always looked at), then put to the test. */
export interface Candidate<T> {
  readonly value: T;
  readonly keyedBy: FilterKind | null;
  readonly ids: readonly number[];
  readonly passes: RowTest;
}

/** How a value is found for one of its selection's event types: by its narrowest filter that constrains the type, if one is narrow enough. */
export function planCandidate<T>(selection: HookSelection, eventType: string, value: T): Candidate<T> {
  const kinds = constrainingKinds(selection, eventType);
  let keyedBy: FilterKind | null = null;
  for (const filter of kinds) {
    const count = selection.filters[filter.kind].length;
    if (count <= KEYED_IDS_MAX && (keyedBy === null || count < selection.filters[keyedBy.kind].length)) keyedBy = filter;
  }
  const ids = keyedBy === null ? [] : [...new Set(selection.filters[keyedBy.kind])];
  return { value, keyedBy, ids, passes: compileFilters(selection, kinds.filter((filter) => filter !== keyedBy)) };
}

interface KeyedCandidates<T> {
  readonly filter: FilterKind;
  readonly byId: Map<number, Candidate<T>[]>;
}

/** The candidates of one account, event type and database. */
export class CandidateSet<T> {
  readonly #unkeyed: Candidate<T>[] = [];
  readonly #keyed: KeyedCandidates<T>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(candidate: Candidate<T>): void {
    this.#size += 1;
    const { keyedBy } = candidate;
    if (keyedBy === null) {
      this.#unkeyed.push(candidate);
      return;
    }
    let keyed = this.#keyed.find(({ filter }) => filter === keyedBy);
    if (keyed === undefined) this.#keyed.push((keyed = { filter: keyedBy, byId: new Map() }));
    for (const id of candidate.ids) {
      const list = keyed.byId.get(id);
      if (list === undefined) keyed.byId.set(id, [candidate]);
      else list.push(candidate);
    }
  }

  /** `candidate` must have been added. */
  delete(candidate: Candidate<T>): void {
    this.#size -= 1;
    if (candidate.keyedBy === null) {
      remove(this.#unkeyed, candidate);
      return;
    }
    const at = this.#keyed.findIndex(({ filter }) => filter === candidate.keyedBy);
    const byId = this.#keyed[at]?.byId;
    for (const id of candidate.ids) {
      const list = byId?.get(id);
      if (list === undefined) continue;
      remove(list, candidate);
      if (list.length === 0) byId?.delete(id);
    }
    if (byId?.size === 0) this.#keyed.splice(at, 1);
  }

  match(row: MatchableEvent, visit: (value: T) => void): void {
    visitPassing(this.#unkeyed, row, visit);
    for (const { filter, byId } of this.#keyed) {
      const id = filter.idOf(row);
      if (id === null) continue;
      const list = byId.get(id);
      if (list !== undefined) visitPassing(list, row, visit);
    }
  }
}

function visitPassing<T>(candidates: readonly Candidate<T>[], row: MatchableEvent, visit: (value: T) => void): void {
  for (const { passes, value } of candidates) if (passes(row)) visit(value);
}

function remove<T>(list: T[], member: T): void {
  const at = list.indexOf(member);
  if (at >= 0) list.splice(at, 1);
}
