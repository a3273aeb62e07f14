import { flatObjectProblem, type Goal, isGoalName, jsonMembers, parseJsonStrict, setJsonMembers, type Utm } from '@hookline/core';
import { subscriptionOfEvent } from '../compat/merge-profile.ts';

// What the mobile SDKs post (contract.md 7.3): a multipart form whose parts have names of two letters.

/** Of the parts that hold JSON objects. */
const OBJECT_BYTES_MAX = 16 * 1024;
const UTM_PARTS: readonly (readonly [part: string, mark: keyof Utm])[] = [['cn', 'campaign'], ['cc', 'content'], ['ck', 'keyword'], ['cm', 'medium'], ['cs', 'source'], ['ct', 'temp']];
const SECONDS_MAX = 253_402_300_799;
const OFFSET_MIN_MAX = 14 * 60;

export interface SdkEvent {
  /** Unix ms; null = now. */
  readonly timeMs: number | null;
  /** Minutes east of UTC; null = not said. */
  readonly offsetMin: number | null;
  readonly clientId: string | null;
  readonly goals: readonly Goal[];
  /** By what `matching` is to be found. */
  readonly mode: string | null;
  readonly profileId: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly utm: Utm;
  /** Raw JSON, or null. */
  readonly payload: string | null;
  readonly profileFields: string | null;
  readonly subscription: string | null;
  readonly sendMessageId: string | null;
}

/** The event, or the part that is wrong and how. Parts that are not known are ignored. */
export function parseSdkForm(form: ReadonlyMap<string, string>): SdkEvent | { readonly problem: string } {
  const problems: string[] = [];
  const wrong = (part: string, how: string): null => {
    problems.push(`${part} ${how}`);
    return null;
  };
  const text = (part: string): string | null => form.get(part)?.trim() || null;
  const integer = (part: string, min: number, max: number): number | null => {
    const value = text(part);
    if (value === null) return null;
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    return number >= min && number <= max ? number : wrong(part, `must be an integer from ${min} to ${max}`);
  };
  /** Raw text and value of an object. */
  const object = (part: string): { readonly raw: string; readonly value: Readonly<Record<string, unknown>> } | null => {
    const raw = text(part);
    if (raw === null) return null;
    const parsed = parseJsonStrict(raw);
    if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) return wrong(part, 'must be a JSON object');
    return { raw, value: parsed.value as Readonly<Record<string, unknown>> };
  };

  const name = text('wn');
  if (name !== null && !isGoalName(name)) wrong('wn', 'is no event name');
  const payload = object('wd');
  if (payload !== null && flatObjectProblem(payload.value, OBJECT_BYTES_MAX) !== null) wrong('wd', 'must be flat, and at most 16 KiB');
  const matching = object('ma')?.value ?? {};
  const subscription = object('sn');
  if (subscription !== null && typeof subscription.value['channel'] !== 'string') wrong('sn', 'must have a channel');
  const fields = object('pf');
  const time = integer('t', 0, SECONDS_MAX);
  const inverted = integer('tz', -OFFSET_MIN_MAX, OFFSET_MIN_MAX);
  const event: SdkEvent = {
    timeMs: time === null ? null : time * 1_000,
    // As JavaScript's getTimezoneOffset has it: west is positive.
    offsetMin: inverted === null ? null : 0 - inverted,
    clientId: text('aci'),
    goals: name === null ? [] : [{ goal: name, value: null }],
    mode: text('mm') ?? stringOf(matching['matching']),
    profileId: stringOf(matching['profile_id']), email: stringOf(matching['email']), phone: stringOf(matching['phone']),
    utm: Object.fromEntries(UTM_PARTS.flatMap(([part, mark]) => (text(part) === null ? [] : [[mark, text(part)]]))) as Utm,
    payload: payload?.raw ?? null,
    profileFields: fields === null ? null : plainFields(fields.raw),
    subscription: subscription === null ? null : `[${subscriptionOfEvent(subscription.raw)}]`,
    sendMessageId: unquoted(text('mi')),
  };
  return problems.length === 0 ? event : { problem: problems.join('; ') };
}

const stringOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null);

/** Android sends the bare text, iOS a JSON string. */
function unquoted(text: string | null): string | null {
  if (text === null || !/^".*"$/s.test(text)) return text;
  const parsed = parseJsonStrict(text);
  return parsed.ok && typeof parsed.value === 'string' ? parsed.value || null : text;
}

/** Functional updates (`{"action": "set", "value": …}`) as the values they set; those that need to know the old value are left out. */
function plainFields(raw: string): string {
  const values = new Map<string, string>();
  for (const { key, valueStart, valueEnd } of jsonMembers(raw)) {
    const member = raw.slice(valueStart, valueEnd);
    const parts = member.startsWith('{') ? new Map(jsonMembers(member).map((part) => [part.key, member.slice(part.valueStart, part.valueEnd)])) : null;
    const action = parts?.get('action');
    if (action === undefined) values.set(key, member);
    else if (action === '"set"') values.set(key, parts?.get('value') ?? 'null');
    else if (action === '"unset"') values.set(key, 'null');
  }
  return setJsonMembers('{}', values);
}
