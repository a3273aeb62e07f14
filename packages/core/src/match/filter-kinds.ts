import type { EventRow } from '../event/log-row.ts';
import type { HookFilters, HookSelection, Subject } from '../hook/hook.ts';

/** What matching reads of an event. */
export type MatchableEvent = Pick<EventRow, 'databaseId' | 'eventType' | 'resourceId' | 'mailingId' | 'templateId' | 'segmentId' | 'pixelId'>;

export interface FilterKind {
  readonly kind: keyof HookFilters;
  readonly subject: Subject;
  readonly idOf: (row: MatchableEvent) => number | null;
}

/** The kinds of filter, in the order in which they are asked; the first that rejects is the deciding rule. */
const FILTER_KINDS: readonly FilterKind[] = [
  { kind: 'resources', subject: 'resource', idOf: (row) => row.resourceId },
  { kind: 'mailings', subject: 'mailing', idOf: (row) => row.mailingId },
  { kind: 'templates', subject: 'template', idOf: (row) => row.templateId },
  { kind: 'segments', subject: 'segment', idOf: (row) => row.segmentId },
  { kind: 'pixels', subject: 'pixel', idOf: (row) => row.pixelId },
];

/** The kinds that constrain events of this type: those that name ids, and whose subject the type carries. */
export function constrainingKinds(selection: HookSelection, eventType: string): readonly FilterKind[] {
  // Event types are the account's own words, `constructor` included.
  const carried = Object.hasOwn(selection.subjects, eventType) ? (selection.subjects[eventType] ?? []) : [];
  return FILTER_KINDS.filter(({ kind, subject }) => selection.filters[kind].length > 0 && carried.includes(subject));
}
