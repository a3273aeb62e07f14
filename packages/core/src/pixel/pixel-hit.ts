import { LIMITS } from '../json/limits.ts';
import { type Goal, isGoalName, parseGoalValue } from './goal.ts';
import type { PixelQuery } from './parse-query.ts';
import { flatObjectProblem } from './pixel-data.ts';
import { PIXEL_LIMITS } from './pixel-limits.ts';
import { cutUtm, UTM_NAMES, type Utm, utmOfParameters } from './utm.ts';

/** What a visitor's browser says by one firing of a pixel. null, empty = it does not say. */
export interface PixelHit {
  readonly goals: readonly Goal[];
  /** Of a hit without a goal. */
  readonly value: number | null;
  readonly profileId: string | null;
  readonly email: string | null;
  readonly nonce: string | null;
  readonly url: string | null;
  readonly referer: string | null;
  readonly utm: Utm;
  /** Raw JSON of a flat object. */
  readonly pixelData: string | null;
  readonly sendMessageId: string | null;
  /** true: a cookie may be set; false: no identity at all; null: not said, a cookie that is there counts. */
  readonly consent: boolean | null;
}

/** A beacon's JSON object; `raw` gives the text of a member as it came. */
export interface BeaconBody {
  readonly value: Readonly<Record<string, unknown>>;
  readonly raw: (member: string) => string;
}

/** A hit whose query or body is not what it should be: the first member that is wrong. */
export interface HitProblem {
  readonly invalid: string;
}

export const isHitProblem = (hit: PixelHit | HitProblem): hit is HitProblem => 'invalid' in hit;

/** The kind of event on the wire (contract.md 7.3); it becomes the event type `pixel`. */
const WIRE_KIND = 'open';
const WIRE_KIND_CHARS_MAX = 64;
const EMAIL_CHARS_MAX = 320;
const SEND_MESSAGE_ID_CHARS_MAX = 256;
const CONSENT: Readonly<Record<string, boolean>> = { '1': true, true: true, '0': false, false: false };
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Notes what is wrong and stands for the value that is not there. */
type Refuse = (member: string) => null;

/**
 * From the query, and for a beacon its body, whose members win over parameters of the same name. Unknown names are ignored: pixel URLs collect parameters of mail
 * clients and ad networks on their way.
 */
export function parsePixelHit(query: PixelQuery, body: BeaconBody | null): PixelHit | HitProblem {
  let invalid: string | null = null;
  const refuse: Refuse = (name) => {
    invalid ??= name;
    return null;
  };
  const member = (name: string): unknown => (body !== null && Object.hasOwn(body.value, name) ? body.value[name] : query.get(name));
  const text = (name: string, charsMax: number): string | null => {
    const value = member(name);
    if (value === undefined || value === null || value === '') return null;
    return typeof value === 'string' && value.length <= charsMax ? value : refuse(name);
  };
  const identifier = (name: string, charsMax: number): string | null => {
    const value = text(name, charsMax);
    return value !== null && CONTROL.test(value) ? refuse(name) : value;
  };

  const kind = text('t', WIRE_KIND_CHARS_MAX);
  if (kind !== null && kind !== WIRE_KIND) refuse('t');
  const goal = text('goal', PIXEL_LIMITS.goalCharsMax);
  if (goal !== null && !isGoalName(goal)) refuse('goal');
  const value = readValue(member('value'), 'value', refuse);
  const goals = [...(goal === null ? [] : [{ goal, value }]), ...readGoals(body?.value['goals'], refuse)];
  if (goals.length > PIXEL_LIMITS.goalsMax) refuse('goals');
  const hit: PixelHit = {
    goals,
    value: goals.length === 0 ? value : null,
    profileId: identifier('profile_id', LIMITS.profileIdCharsMax),
    email: identifier('email', EMAIL_CHARS_MAX),
    nonce: text('n', PIXEL_LIMITS.nonceCharsMax),
    url: text('url', Number.POSITIVE_INFINITY),
    referer: text('referer', Number.POSITIVE_INFINITY),
    utm: { ...utmOfParameters(query), ...readUtm(body?.value['utm'], refuse) },
    pixelData: body === null ? null : readPixelData(body, refuse),
    sendMessageId: identifier('send_message_id', SEND_MESSAGE_ID_CHARS_MAX),
    consent: readConsent(member('consent'), refuse),
  };
  return invalid === null ? hit : { invalid };
}

function readValue(value: unknown, name: string, refuse: Refuse): number | null {
  if (value === undefined || value === null || value === '') return null;
  const read = typeof value === 'string' ? parseGoalValue(value) : value;
  return typeof read === 'number' ? read : refuse(name);
}

/** Each `{goal, value?}`. */
function readGoals(value: unknown, refuse: Refuse): readonly Goal[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length > PIXEL_LIMITS.goalsMax) return refuse('goals') ?? [];
  return value.flatMap((entry: unknown) => {
    const { goal, value: number } = typeof entry === 'object' && entry !== null ? (entry as { goal?: unknown; value?: unknown }) : {};
    if (typeof goal === 'string' && isGoalName(goal)) return [{ goal, value: readValue(number, 'goals', refuse) }];
    return refuse('goals') ?? [];
  });
}

function readUtm(value: unknown, refuse: Refuse): Utm {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return refuse('utm') ?? {};
  const utm: Utm = {};
  for (const name of UTM_NAMES) {
    const mark = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    if (mark === undefined || mark === null || mark === '') continue;
    if (typeof mark === 'string') utm[name] = cutUtm(mark);
    else refuse('utm');
  }
  return utm;
}

function readPixelData(body: BeaconBody, refuse: Refuse): string | null {
  const value = Object.hasOwn(body.value, 'pixel_data') ? body.value['pixel_data'] : null;
  if (value === null) return null;
  return flatObjectProblem(value) === null ? body.raw('pixel_data') : refuse('pixel_data');
}

function readConsent(value: unknown, refuse: Refuse): boolean | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' && Object.hasOwn(CONSENT, value) ? (CONSENT[value] as boolean) : refuse('consent');
}
