import type { ParsedEvent, RejectedEvent } from '@hookline/core';
import type { AppendedEvent } from '@hookline/store';
import { EDGE_LIMITS } from '../limits.ts';

export interface IngestCounts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

/**
 * The 202 of a request: counts, then rejected and duplicate items (all of them where `verbose`), in the order sent. `appended` are the accepted ones in order.
 * Most answers have no items, so this is text, not an object that becomes text.
 */
export function printIngestAnswer(events: readonly ParsedEvent[], appended: readonly AppendedEvent[], verbose: boolean): IngestCounts & { readonly text: string } {
  let accepted = 0;
  let rejected = 0;
  let problemsLeft: number = EDGE_LIMITS.problemsListedMax;
  let at = 0;
  let items = '';
  for (const event of events) {
    let item: string | null = null;
    if (event.ok) {
      const { status, eventId } = appended[at++] as AppendedEvent;
      if (status === 'accepted') accepted += 1;
      if (verbose || status === 'duplicate') item = `{"index":${event.index},"status":"${status}","event_id":"${eventId}"}`;
    } else {
      rejected += 1;
      item = printRejected(event, problemsLeft);
      problemsLeft = Math.max(0, problemsLeft - event.problems.length);
    }
    if (item !== null) items += items === '' ? item : `,${item}`;
  }
  const duplicates = at - accepted;
  return { accepted, duplicates, rejected, text: `{"accepted":${accepted},"duplicates":${duplicates},"rejected":${rejected},"items":[${items}]}` };
}

function printRejected(event: RejectedEvent, problemsLeft: number): string {
  const { index, code, path } = event;
  const deciding = event.problems.find((problem) => problem.code === code && problem.path === path);
  const problems = event.problems.length <= problemsLeft ? event.problems : event.problems.slice(0, 1);
  return JSON.stringify({ index, status: 'rejected', code, path, message: deciding?.message ?? '', problems });
}
