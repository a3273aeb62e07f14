import type { EventDraft } from '@hookline/core';
import type { EventLog } from '@hookline/store';
import { appendDraft } from '../ingest/record-event.ts';
import type { EdgeMetrics } from '../metrics.ts';

/** Appends one event and counts what became of it. Resolves when it is durable; throws HooklineError where the store cannot take it. */
export async function appendCounted(logs: { readonly logs: readonly [EventLog, ...EventLog[]] }, metrics: EdgeMetrics, draft: EventDraft): Promise<void> {
  try {
    const isNew = (await appendDraft(logs, draft)).status === 'accepted';
    metrics.countEvents(isNew ? 1 : 0, isNew ? 0 : 1, 0);
  } catch (error: unknown) {
    metrics.countUnaccepted(1);
    throw error;
  }
}
