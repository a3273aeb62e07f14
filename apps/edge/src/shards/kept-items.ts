import type { AppendedEvent } from '@hookline/store';

// What is kept with an `Idempotency-Key` where a request may go to several shards: not its answer, which nobody can give before all of them have their part, but what
// became of the events of one of them. The answer is made anew from all.

const MARK = 'items:';

export const printKept = (items: readonly AppendedEvent[]): string => MARK + JSON.stringify(items.map(({ status, eventId, position }) => [status === 'duplicate' ? 1 : 0, eventId, position]));

/** null = an answer of a time with one shard. */
export function parseKept(text: string): readonly AppendedEvent[] | null {
  if (!text.startsWith(MARK)) return null;
  const kept = JSON.parse(text.slice(MARK.length)) as readonly (readonly [0 | 1, string, number])[];
  return kept.map(([duplicate, eventId, position]) => ({ status: duplicate === 1 ? 'duplicate' : 'accepted', eventId, position }));
}
