import { type Clock, parseEvents } from '@hookline/core';
import type { AppendedEvent, ControlStore, EventLog } from '@hookline/store';
import { refuseProblems, type Refusal } from '../http/refusal.ts';
import { eventTypeOf } from './event-types-of-account.ts';

export interface EventRecorder {
  readonly control: Pick<ControlStore, 'eventTypes'>;
  readonly logs: readonly [EventLog, ...EventLog[]];
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Takes in an event, JSON text, that we make ourselves out of something the platform told us: through the same door as those that come ready-made. Resolves when it is durable, with
 * its problems where a part that came from outside makes it none; throws HooklineError where the store cannot take it.
 */
export async function recordEvent({ control, logs, clock }: EventRecorder, accountId: number, event: string): Promise<AppendedEvent | Refusal> {
  const parsed = parseEvents(Buffer.from(event), 'json', {
    nowMs: clock.now(), tokenAccountId: accountId, headerAccountId: null, accountExists: () => true, eventType: (account, type) => eventTypeOf(control.eventTypes, account, type),
  });
  if (!parsed.ok) return refuseProblems(parsed.status, parsed.problems);
  const [item] = parsed.value.items;
  if (item === undefined || !item.ok) return refuseProblems(item?.status ?? 422, item?.problems ?? []);
  const appended = await logs[0].append({ events: [item.draft] });
  if (appended.kind !== 'stored') return refuseProblems(422, []);
  return appended.items[0] as AppendedEvent;
}
