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
  const rest = JSON.stringify({
    ...(fact.referer === null ? null : { referer: fact.referer }),
    ...(fact.url === null ? null : { url: fact.url }),
    ...(fact.ip === null ? null : { ip: fact.ip }),
    ...fact.place,
    ...fact.agent,
    ...(Object.keys(fact.utm).length === 0 ? null : { utm: fact.utm }),
    ...(fact.sendMessageId === null ? null : { send_message_id: fact.sendMessageId }),
    ...fact.more,
  });
  const pixelData = fact.pixelData === null ? '' : `,"pixel_data":${fact.pixelData}`;
  return `{"pixel_id":${fact.pixelId}${goalMembers(fact)}${pixelData}${rest === '{}' ? '}' : `,${rest.slice(1)}`}`;
}

function goalMembers({ goals, value }: PixelFact): string {
  if (goals.length === 0) return value === null ? '' : `,"value":${JSON.stringify(value)}`;
  const printed = goals.map((goal) => JSON.stringify(goal.value === null ? { goal: goal.goal } : goal));
  const only = printed.length === 1 ? `,${(printed[0] as string).slice(1, -1)}` : '';
  return `${only},"goals":[${printed.join()}]`;
}
