import { parseEvents } from '@hookline/core';
import { expect, it } from 'vitest';
import { eventSchema } from './event-schemas.ts';

// The document's schema of an event is not what validates one: here the two are held together.

const BASE = { event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_data: {} };
const CASES: readonly Record<string, unknown>[] = [
  {}, { event_id: 'a:b' }, { event_id: 'a b' }, { list_id: 12 }, { list_id: '12' }, { list_id: null }, { profile_id: null }, { profile_id: 5 }, { _xxh: '0f1e2d3c4b5a6978' }, { _xxh: 1 }, { _md5: null }, { email: 'a@b.c' }, { email: null }, { email: 1 },
  { account_id: 1 }, { account_id: '1' }, { sends_trying_num: 1 }, { sends_trying_num: '1' }, { is_test: true }, { is_test: 'true' }, { is_static: false }, { is_static: null }, { subscription_hash_id: 'x' }, { subscription_hash_id: 1 },
  { event_data: [] }, { event_data: undefined }, { event_type: 1 }, { event_type: undefined }, { event_date: 5 }, { subscription: [] }, { subscription: {} }, { subscription: null }, { profile: {} }, { profile: null }, { content: {} }, { content: 'x' }, { content: { channel: 'email', html: '<b>', other: 1 } }, { content: { channel: 5 } }, { content: { html: null } }, { content: { text: [] } },
  { content: { buttons: [{ label: 'a', link: null, x: 1 }] } }, { content: { buttons: [{ label: 1 }] } }, { content: { buttons: ['a'] } }, { content: { buttons: {} } }, { content: { buttons: null } },
  { custom_data: {} }, { custom_data: [] }, { other: 1 },
];

it.each(CASES.map((over) => [JSON.stringify(over), over] as const))('%s is judged alike', (_name, over) => {
  const event = { ...BASE, ...over };
  const parsed = parseEvents(Buffer.from(JSON.stringify(event)), 'json', { nowMs: Date.now(), tokenAccountId: 1, headerAccountId: null, accountExists: () => true, eventType: () => ({ subjects: [] }) });
  const taken = parsed.ok && parsed.value.items[0]?.ok === true;
  expect(eventSchema.safeParse(JSON.parse(JSON.stringify(event))).success).toBe(taken);
});
