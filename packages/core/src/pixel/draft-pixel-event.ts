import type { EventDraft } from '../event/log-row.ts';
import type { EmailHashes } from '../hash/email-hashes.ts';
import type { Goal } from './goal.ts';
import type { Utm } from './utm.ts';

/** Where an address is, as far as one can tell. Only what is known is there. */
export interface Place {
  /** A dotted TLD in lower case: `.fr`. */
  readonly country?: string;
  readonly region?: string;
  readonly city?: string;
  readonly postal_code?: string;
  /** IANA zone. */
  readonly tz?: string;
  readonly lat?: number;
  readonly lon?: number;
}

/** What a user agent says of itself. */
export interface Agent {
  readonly user_agent: string;
  readonly os?: string;
  readonly browser?: string;
  readonly device?: string;
}

/** Everything about one firing of a pixel that an event keeps. */
export interface PixelFact {
  readonly accountId: number;
  readonly databaseId: number;
  readonly pixelId: number;
  /** RFC 3339, UTC. */
  readonly date: string;
  readonly dateMs: number;
  readonly isTest: boolean;
  readonly profileId: string | null;
  readonly hashes: EmailHashes | null;
  /** Raw JSON of the profile at that moment, or null. */
  readonly profile: string | null;
  readonly goals: readonly Goal[];
  readonly value: number | null;
  /** Raw JSON of a flat object. */
  readonly pixelData: string | null;
  readonly url: string | null;
  readonly referer: string | null;
  readonly ip: string | null;
  readonly place: Place | null;
  readonly agent: Agent | null;
  readonly utm: Utm;
  readonly sendMessageId: string | null;
  /** Raw JSON of the array `subscription`, or null. */
  readonly subscription: string | null;
  /** Members of its own, after the known ones. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Makes it idempotent within the account. */
  readonly callerId: string | null;
}

const PIXEL_EVENT = 'pixel';

/** The event `pixel` (contract.md 3.4) as the log takes it. Members that nobody filled are left out. */
export function draftPixelEvent(fact: PixelFact): EventDraft {
  const { accountId, databaseId, pixelId, profileId } = fact;
  const profile = profileId === null ? '' : `"profile_id":${JSON.stringify(profileId)},`;
  const hashes = fact.hashes === null ? '' : `"_xxh":"${fact.hashes._xxh}","_md5":"${fact.hashes._md5}",`;
  return {
    accountId, databaseId, eventType: PIXEL_EVENT, resourceId: null, mailingId: null, templateId: null, segmentId: null, pixelId, profileId,
    eventTimeMs: fact.dateMs,
    base: `{"event_type":"${PIXEL_EVENT}","event_date":"${fact.date}",${profile}${hashes}"list_id":${databaseId},"account_id":${accountId},"is_test":${fact.isTest},"event_data":${eventData(fact)}${fact.subscription === null ? '' : `,"subscription":${fact.subscription}`}`,
    profile: fact.profile,
    customData: null,
    contentRef: fact.sendMessageId,
    callerId: fact.callerId,
  };
}

/** JSON text: `pixel_data` goes in as it came. */
function eventData(fact: PixelFact): string {
  let text = `{"pixel_id":${fact.pixelId}${goalMembers(fact)}`;
  if (fact.pixelData !== null) text += `,"pixel_data":${fact.pixelData}`;
  if (fact.referer !== null) text += `,"referer":${JSON.stringify(fact.referer)}`;
  if (fact.url !== null) text += `,"url":${JSON.stringify(fact.url)}`;
  if (fact.ip !== null) text += `,"ip":${JSON.stringify(fact.ip)}`;
  if (fact.place !== null) text += membersOf(fact.place);
  if (fact.agent !== null) text += membersOf(fact.agent);
  for (const _ in fact.utm) {
    text += `,"utm":${JSON.stringify(fact.utm)}`;
    break;
  }
  if (fact.sendMessageId !== null) text += `,"send_message_id":${JSON.stringify(fact.sendMessageId)}`;
  if (fact.more !== undefined) text += membersOf(fact.more);
  return `${text}}`;
}

/** Printed once: many visitors share a browser, and a place. */
const printed = new WeakMap<object, string>();

/** Each behind a comma. */
function membersOf(object: object): string {
  let text = printed.get(object);
  if (text === undefined) {
    const whole = JSON.stringify(object);
    text = whole === '{}' ? '' : `,${whole.slice(1, -1)}`;
    printed.set(object, text);
  }
  return text;
}

function goalMembers({ goals, value }: PixelFact): string {
  if (goals.length === 0) return value === null ? '' : `,"value":${JSON.stringify(value)}`;
  const printed = goals.map((goal) => JSON.stringify(goal.value === null ? { goal: goal.goal } : goal));
  const only = printed.length === 1 ? `,${(printed[0] as string).slice(1, -1)}` : '';
  return `${only},"goals":[${printed.join()}]`;
}
