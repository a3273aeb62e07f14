// All hooks of all accounts, arranged so that an event costs what matches it and not what exists: account → event type → hooks of all databases and of the
// event's own → those without a narrow filter, and those whose narrowest filter names the event's id. What is then left of a hook's filters is a test.
import type { EventRow } from '../event/log-row.ts';
import type { HookSelection } from '../hook/hook.ts';
import { CandidateSet, planCandidate } from './candidate-set.ts';
import type { Candidate } from './candidate-set.ts';

interface TypeNode<T> {
  readonly allDatabases: CandidateSet<T>;
  readonly byDatabase: Map<number, CandidateSet<T>>;
}

interface Entry<T> {
  readonly accountId: number;
  readonly databaseId: number | null;
  readonly byType: ReadonlyMap<string, Candidate<T>>;
}

/** Which values (of hooks) take an event. Answers as `decideMatch` does, for every value at once. */
export class MatchIndex<T> {
  readonly #accounts = new Map<number, Map<string, TypeNode<T>>>();
  readonly #entries = new Map<string, Entry<T>>();

  /** Puts a value under a key, in place of what was there. */
  set(key: string, accountId: number, selection: HookSelection, value: T): void {
    this.delete(key);
    const byType = new Map(selection.events.map((eventType) => [eventType, planCandidate(selection, eventType, value)]));
    const entry: Entry<T> = { accountId, databaseId: selection.databaseId, byType };
    this.#entries.set(key, entry);
    let types = this.#accounts.get(accountId);
    if (types === undefined) this.#accounts.set(accountId, (types = new Map()));
    for (const [eventType, candidate] of byType) {
      let node = types.get(eventType);
      if (node === undefined) types.set(eventType, (node = { allDatabases: new CandidateSet(), byDatabase: new Map() }));
      setOf(node, entry.databaseId).add(candidate);
    }
  }

  /** Whether there was one. */
  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    const types = this.#accounts.get(entry.accountId);
    if (types === undefined) return true;
    for (const [eventType, candidate] of entry.byType) {
      const node = types.get(eventType);
      if (node === undefined) continue;
      const candidates = setOf(node, entry.databaseId);
      candidates.delete(candidate);
      if (entry.databaseId !== null && candidates.size === 0) node.byDatabase.delete(entry.databaseId);
      if (node.allDatabases.size === 0 && node.byDatabase.size === 0) types.delete(eventType);
    }
    if (types.size === 0) this.#accounts.delete(entry.accountId);
    return true;
  }

  /** Calls `visit` once for every value that takes the event. `visit` must not change the index. */
  match(row: EventRow, visit: (value: T) => void): void {
    const node = this.#accounts.get(row.accountId)?.get(row.eventType);
    if (node === undefined) return;
    node.allDatabases.match(row, visit);
    if (row.databaseId !== null) node.byDatabase.get(row.databaseId)?.match(row, visit);
  }
}

function setOf<T>(node: TypeNode<T>, databaseId: number | null): CandidateSet<T> {
  if (databaseId === null) return node.allDatabases;
  let candidates = node.byDatabase.get(databaseId);
  if (candidates === undefined) node.byDatabase.set(databaseId, (candidates = new CandidateSet()));
  return candidates;
}
