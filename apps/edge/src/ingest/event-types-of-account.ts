import { builtInEventType, type Subject } from '@hookline/core';
import type { EventTypeRow, EventTypeStore } from '@hookline/store';

/** The row of the registry that an account has for an event type: its own before the built-in one. */
export function eventTypeOf(eventTypes: Pick<EventTypeStore, 'ofAccount'>, accountId: number, eventType: string): { readonly subjects: readonly Subject[]; readonly sample: string } | undefined {
  return eventTypes.ofAccount(accountId).find((row: EventTypeRow) => row.eventType === eventType) ?? builtInEventType(eventType);
}
