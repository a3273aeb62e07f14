/** What a change of status is: an event, or the reason why none is registered. */
export type StatusEvent =
  | { readonly eventType: string; readonly reason: null }
  | { readonly eventType: null; readonly reason: 'unchanged' | 'status_makes_no_event' | 'previous_status_makes_no_event' };

/** Statuses that make an event when they are the new one. The names are assumed (contract.md 2.3): the platform publishes none. */
const EVENT_OF_STATUS: Readonly<Record<string, string>> = { subscribed: 'sub', unsubscribed: 'unsub', complainer: 'complain', hardbounced: 'hbounce' };
/** Only who had left comes back: Suspended or Unconfirmed to Subscribed is no event. */
const LEFT: readonly string[] = ['unsubscribed', 'complainer', 'hardbounced'];

/** The event of a subscription whose status changed in the UI, over the API or by import. `oldStatus` null = the subscription is new; statuses in lower case. */
export function subscriptionStatusEvent(oldStatus: string | null, newStatus: string, channel: string): StatusEvent {
  if (oldStatus === newStatus) return { eventType: null, reason: 'unchanged' };
  if (!Object.hasOwn(EVENT_OF_STATUS, newStatus)) return { eventType: null, reason: 'status_makes_no_event' };
  if (newStatus === 'subscribed' && (oldStatus === null || !LEFT.includes(oldStatus))) return { eventType: null, reason: 'previous_status_makes_no_event' };
  const action = EVENT_OF_STATUS[newStatus] as string;
  return { eventType: channel === 'email' ? action : `${action}_${channel}`, reason: null };
}
