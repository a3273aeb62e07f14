// What a profile's raw fields say about it without being parsed as a whole: by what it can be found, and which fields of which kinds it has.

import { jsonMembers, KIND } from '@hookline/core';
import type { ProfileAddress } from './control-store.ts';

/** Addresses of one profile that are kept; the others are not found. */
const KEYS_MAX = 64;
/** RFC 5321 allows 254 bytes of an address; longer texts are no addresses. */
const EMAIL_CHARS_MAX = 320;
const PHONE_DIGITS_MAX = 32;
const PUSH_TOKEN_CHARS_MAX = 1_024;
/** Names longer than what a hook's `custom_data.fields` may hold are nobody's to pick. */
const FIELD_NAME_CHARS_MAX = 256;

export interface ProfileShape {
  /** Each once, in the form of `addressKey`. */
  readonly keys: readonly string[];
  /** Name → bit of `KIND`; a number is a `real` whatever it looks like. */
  readonly fields: ReadonlyMap<string, number>;
}

/** The members that addresses come from (contract.md 9.2, 9.5). */
const ADDRESS_FIELDS: ReadonlySet<string> = new Set(['email', 'phone', 'phones', 'subscriptions']);

/** `fields` is the raw text of an object that has passed the door. */
export function profileShape(fields: string): ProfileShape {
  const kinds = new Map<string, number>();
  const keys = new Set<string>();
  const add = (address: ProfileAddress): void => {
    const key = addressKey(address);
    if (key !== null && keys.size < KEYS_MAX) keys.add(key);
  };
  for (const { key: name, valueStart, valueEnd } of jsonMembers(fields)) {
    if (name.length <= FIELD_NAME_CHARS_MAX) kinds.set(name, kindAt(fields, valueStart));
    if (!ADDRESS_FIELDS.has(name)) continue;
    const value: unknown = JSON.parse(fields.slice(valueStart, valueEnd));
    if (name === 'subscriptions') for (const subscription of listOf(value)) addSubscription(subscription, add);
    else for (const text of name === 'phones' ? listOf(value) : [value]) if (typeof text === 'string') add({ kind: name === 'email' ? 'email' : 'phone', value: text });
  }
  return { keys: [...keys], fields: kinds };
}

/** One text for all spellings of an address; null = it is none. */
export function addressKey(address: ProfileAddress): string | null {
  switch (address.kind) {
    case 'email':
    case 'email_sub': {
      const email = address.value.trim().toLowerCase();
      return email === '' || email.length > EMAIL_CHARS_MAX ? null : `${address.kind === 'email' ? 'e' : 'E'}${email}`;
    }
    case 'phone':
    case 'phone_sub': {
      const digits = address.value.replaceAll(/[^0-9]/g, '');
      return digits === '' || digits.length > PHONE_DIGITS_MAX ? null : `${address.kind === 'phone' ? 'p' : 'P'}${digits}`;
    }
    case 'push_sub':
      return address.subscriptionId === '' || address.subscriptionId.length + address.provider.length > PUSH_TOKEN_CHARS_MAX ? null : `S${address.provider}\n${address.subscriptionId}`;
  }
}

function addSubscription(subscription: unknown, add: (address: ProfileAddress) => void): void {
  if (typeof subscription !== 'object' || subscription === null) return;
  const { email, phone, provider, subscription_id: subscriptionId } = subscription as Record<string, unknown>;
  if (typeof email === 'string') add({ kind: 'email_sub', value: email });
  if (typeof phone === 'string') add({ kind: 'phone_sub', value: phone });
  if (typeof subscriptionId === 'string' && typeof provider === 'string') add({ kind: 'push_sub', provider, subscriptionId });
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function kindAt(text: string, at: number): number {
  switch (text[at]) {
    case '"':
      return KIND.string;
    case '{':
      return KIND.object;
    case '[':
      return KIND.array;
    case 't':
    case 'f':
      return KIND.boolean;
    case 'n':
      return KIND.null;
    default:
      return KIND.real;
  }
}
