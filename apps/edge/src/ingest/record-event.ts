import { type Clock, type EventDraft, HooklineError, parseEvents } from '@hookline/core';
import type { AppendedEvent, ControlStore, EventLog } from '@hookline/store';
import { createDeadline } from '../http/read-body.ts';
import { isRefusal, refuseProblems, type Refusal } from '../http/refusal.ts';
import { EDGE_LIMITS } from '../limits.ts';
import { eventTypeOf } from './event-types-of-account.ts';

export interface EventRecorder {
  readonly control: Pick<ControlStore, 'eventTypes'>;
  readonly logs: readonly [EventLog, ...EventLog[]];
  readonly clock: Pick<Clock, 'now'>;
}

/** An event, JSON text, that we make out of something the platform told us: through the same door as those that come ready-made. */
export function draftEvent({ control, clock }: Pick<EventRecorder, 'control' | 'clock'>, accountId: number, event: string): EventDraft | Refusal {
  const parsed = parseEvents(Buffer.from(event), 'json', {
    nowMs: clock.now(), tokenAccountId: accountId, headerAccountId: null, accountExists: () => true, eventType: (account, type) => eventTypeOf(control.eventTypes, account, type),
  });
  if (!parsed.ok) return refuseProblems(parsed.status, parsed.problems);
  const [item] = parsed.value.items;
  return item?.ok === true ? item.draft : refuseProblems(item?.status ?? 422, item?.problems ?? []);
}

/** Resolves when it is durable; throws HooklineError where the store cannot take it, or does not tell in time whether it did. */
export async function appendDraft({ logs }: Pick<EventRecorder, 'logs'>, draft: EventDraft): Promise<AppendedEvent> {
  const deadline = createDeadline(EDGE_LIMITS.appendTimeoutMs);
  const appended = await Promise.race([logs[0].append({ events: [draft] }), deadline.reached]).finally(deadline.cancel);
  if (appended === 'deadline') throw new HooklineError('store_unavailable', 'the event log does not tell whether it took an event');
  const [event] = appended.kind === 'stored' ? appended.items : [];
  // Without an Idempotency-Key nothing is a replay.
  if (event === undefined) throw new TypeError('an append without an answer');
  return event;
}

export async function recordEvent(recorder: EventRecorder, accountId: number, event: string): Promise<AppendedEvent | Refusal> {
  const draft = draftEvent(recorder, accountId, event);
  return isRefusal(draft) ? draft : appendDraft(recorder, draft);
}
