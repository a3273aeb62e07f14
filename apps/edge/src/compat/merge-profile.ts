import { jsonMembers, setJsonMembers } from '@hookline/core';
import { z } from 'zod';
import { refuse, type Refusal } from '../http/refusal.ts';
import type { MatchingInput } from './profile-matching.ts';

/** What is known of a subscription's keys (contract.md 9.5); all others pass. */
const subscriptionSchema = z.looseObject({
  channel: z.string(), resource_id: z.int().nullish(), email: z.string().nullish(), phone: z.string().nullish(), provider: z.string().nullish(), subscription_id: z.string().nullish(), status: z.string().nullish(),
  priority: z.int().nullish(), cc_data: z.looseObject({}).nullish(),
});
type Subscription = z.infer<typeof subscriptionSchema>;

export interface ProfileData {
  /** Raw values by name, `subscriptions` aside. */
  readonly fields: ReadonlyMap<string, string>;
  /** Raw texts. */
  readonly subscriptions: readonly string[];
}

/** `data` as it came. A subscription that is none refuses the call, or is left out where the call says so. */
export function parseProfileData(data: string, skipInvalid: boolean): ProfileData | Refusal {
  const fields = new Map(jsonMembers(data).map(({ key, valueStart, valueEnd }) => [key, data.slice(valueStart, valueEnd)]));
  const raw = fields.get('subscriptions');
  fields.delete('subscriptions');
  if (raw === undefined) return { fields, subscriptions: [] };
  if (!Array.isArray(JSON.parse(raw))) return refuse(422, 'type', 'Must be an array.', '/data/subscriptions');
  const subscriptions: string[] = [];
  for (const [index, text] of splitArray(raw).entries()) {
    if (subscriptionSchema.safeParse(JSON.parse(text)).success) subscriptions.push(text);
    else if (!skipInvalid) return refuse(422, 'subscription_invalid', 'Is not a subscription: its channel is missing, or a known field has a wrong type.', `/data/subscriptions/${index}`);
  }
  return { fields, subscriptions };
}

/** The fields of a profile after an import. What the import does not name stays as it was, byte for byte; a subscription takes the place of one with the same channel, resource and address. */
export function mergeProfile(stored: string, data: ProfileData): string {
  const values = new Map(data.fields);
  if (data.subscriptions.length > 0) {
    const before = jsonMembers(stored).find(({ key }) => key === 'subscriptions');
    const known = before === undefined ? [] : splitArray(stored.slice(before.valueStart, before.valueEnd));
    const merged = new Map([...known, ...data.subscriptions].map((text) => [subscriptionKey(text), text]));
    values.set('subscriptions', `[${[...merged.values()].join(',')}]`);
  }
  return setJsonMembers(stored, values);
}

/** A new profile has the address it was looked for by, or the next import would make another one. */
export function withAddress(data: ProfileData, input: MatchingInput, resourceId: number | undefined): ProfileData {
  const fields = new Map(data.fields);
  const subscriptions = [...data.subscriptions];
  const { matching, email, phone, provider, subscription_id: subscriptionId } = input;
  const subscribe = (subscription: object): void => void subscriptions.push(JSON.stringify({ resource_id: resourceId, ...subscription, status: 'subscribed' }));
  const isSubscribed = (name: 'email' | 'phone' | 'subscription_id', value: string): boolean => subscriptions.some((text) => (JSON.parse(text) as Subscription)[name] === value);
  if (matching === 'push_sub') {
    if (subscriptionId !== undefined && !isSubscribed('subscription_id', subscriptionId)) subscribe({ channel: 'push', provider, subscription_id: subscriptionId });
  } else if (matching.endsWith('_sub')) {
    if (email !== undefined && !isSubscribed('email', email)) subscribe({ channel: 'email', email });
    if (phone !== undefined && !isSubscribed('phone', phone)) subscribe({ channel: 'sms', phone });
  } else {
    if (email !== undefined && !fields.has('email')) fields.set('email', JSON.stringify(email));
    if (phone !== undefined && !fields.has('phones')) fields.set('phones', JSON.stringify([phone]));
  }
  return { fields, subscriptions };
}

/** As it stands in an event: what the platform's API calls `cc_data` is `ccsub` there (contract.md 3.5). */
export function subscriptionOfEvent(text: string): string {
  const { cc_data: data } = JSON.parse(text) as Subscription;
  if (data === undefined) return text;
  const members = jsonMembers(text).map(({ key, keyStart, valueEnd, valueStart }) => (key === 'cc_data' ? `"ccsub":${text.slice(valueStart, valueEnd)}` : text.slice(keyStart, valueEnd)));
  return `{${members.join(',')}}`;
}

function subscriptionKey(text: string): string {
  const { channel, resource_id: resource, email, phone, provider, subscription_id: id, cc_data: data } = JSON.parse(text) as Partial<Subscription>;
  return JSON.stringify([channel, resource ?? null, email ?? null, phone ?? null, provider ?? null, id ?? null, data ?? null]);
}

/** The raw texts of an array's elements: as the members of an object, without keys. */
function splitArray(raw: string): string[] {
  const elements: string[] = [];
  let depth = 0;
  let start = -1;
  let inString = false;
  for (let at = 0; at < raw.length; at++) {
    const unit = raw[at] as string;
    if (inString) {
      if (unit === '\\') at++;
      else if (unit === '"') inString = false;
      continue;
    }
    if (depth === 1 && start === -1 && !/[\s,\]]/.test(unit)) start = at;
    if (unit === '"') inString = true;
    else if (unit === '{' || unit === '[') depth++;
    else if (unit === '}' || unit === ']') depth--;
    if (start !== -1 && ((unit === ',' && depth === 1) || depth === 0)) {
      elements.push(raw.slice(start, at).trimEnd());
      start = -1;
    }
  }
  return elements;
}
