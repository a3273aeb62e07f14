// The log as people search it: newest first, without an index. A search goes down block by block; the block map names the next block that has such an event of the
// account at all, what the map does not cover yet is scanned. One step looks at one block at most, so that whoever else reads waits some milliseconds for it.
import type { EventRow } from '@hookline/core';

/** Null = any. */
export interface EventSearchQuery {
  readonly accountId: number;
  readonly eventTypes: readonly string[] | null;
  readonly databaseId: number | null;
  readonly mailingId: number | null;
  readonly profileId: string | null;
}

/** An event that a search has found, before it is read. */
export interface FoundEvent {
  readonly position: number;
  readonly bytes: number;
}

export interface SearchStep {
  /** Newest first. */
  readonly rows: readonly EventRow[];
  /** Everything above it has been looked at. */
  readonly through: number;
  /** Log time of the highest row this step could find: what is left is not younger. Null = nothing is left. */
  readonly time: number | null;
}

export function isSearched(query: EventSearchQuery, row: EventRow): boolean {
  if (row.accountId !== query.accountId) return false;
  if (query.eventTypes !== null && !query.eventTypes.includes(row.eventType)) return false;
  if (query.databaseId !== null && row.databaseId !== query.databaseId) return false;
  return (query.mailingId === null || row.mailingId === query.mailingId) && (query.profileId === null || row.profileId === query.profileId);
}
