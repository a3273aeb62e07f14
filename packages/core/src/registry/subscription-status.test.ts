import { describe, expect, it } from 'vitest';
import { builtInEventType } from './event-types.ts';
import { subscriptionStatusEvent } from './subscription-status.ts';

const STATUSES = ['subscribed', 'unsubscribed', 'complainer', 'hardbounced', 'suspended', 'unconfirmed', 'invalid'];
const CHANNELS = ['email', 'sms', 'push', 'whatsapp', 'viber', 'telegram_bot', 'max_bot', 'notify'];

describe('subscriptionStatusEvent', () => {
  it.each([
    ['unsubscribed', 'subscribed', 'sub'], ['complainer', 'subscribed', 'sub'], ['hardbounced', 'subscribed', 'sub'],
    ['suspended', 'subscribed', 'previous_status_makes_no_event'], ['unconfirmed', 'subscribed', 'previous_status_makes_no_event'], [null, 'subscribed', 'previous_status_makes_no_event'],
    ['subscribed', 'subscribed', 'unchanged'], ['unsubscribed', 'unsubscribed', 'unchanged'],
    ['subscribed', 'unsubscribed', 'unsub'], ['subscribed', 'complainer', 'complain'], ['subscribed', 'hardbounced', 'hbounce'], ['suspended', 'unsubscribed', 'unsub'], [null, 'unsubscribed', 'unsub'],
    ['subscribed', 'suspended', 'status_makes_no_event'], ['unsubscribed', 'unconfirmed', 'status_makes_no_event'], ['subscribed', 'invalid', 'status_makes_no_event'], ['subscribed', 'toString', 'status_makes_no_event'],
  ])('%s → %s: %s', (from, to, expected) => {
    const event = subscriptionStatusEvent(from, to, 'email');
    expect(event.eventType ?? event.reason).toBe(expected);
  });

  it('adds the channel for all but email', () => {
    expect(CHANNELS.map((channel) => subscriptionStatusEvent('complainer', 'subscribed', channel).eventType)).toEqual(['sub', 'sub_sms', 'sub_push', 'sub_whatsapp', 'sub_viber', 'sub_telegram_bot', 'sub_max_bot', 'sub_notify']);
  });

  it('names only events that the registry knows', () => {
    const named = CHANNELS.flatMap((channel) => STATUSES.flatMap((from) => STATUSES.map((to) => subscriptionStatusEvent(from, to, channel).eventType))).filter((name) => name !== null);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => builtInEventType(name) === undefined)).toEqual([]);
  });
});
