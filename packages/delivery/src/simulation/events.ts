// The little marketing platform of the simulation: two accounts, a few event types, and hooks that want some of them.
import type { EventDraft, HookRequest, HookSelection, Subject } from '@hookline/core';
import type { Dice } from './dice.ts';

export const ACCOUNTS = [1, 2] as const;
const DATABASES = [1, 2] as const;
export const PROFILES = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5'] as const;
const MAILINGS = [10, 11, 12] as const;
const RESOURCES = [20, 21] as const;
const SUBJECTS: Readonly<Record<string, readonly Subject[]>> = { open: ['mailing'], click: ['mailing', 'resource'], import: [] };
const TYPES = Object.keys(SUBJECTS);
const EVERY_TYPE = { mailings: [], resources: [], templates: [], segments: [], pixels: [] };

/** An event that nobody has sent before; `n` is how everybody here knows it again. */
export function drawEvent(n: number, dice: Dice, wallMs: number, accountId: number = dice.pick(ACCOUNTS)): EventDraft {
  const eventType = dice.pick(TYPES);
  const carries = SUBJECTS[eventType] as readonly Subject[];
  const databaseId = dice.chance(0.8) ? dice.pick(DATABASES) : null;
  const profileId = databaseId !== null && dice.chance(0.9) ? dice.pick(PROFILES) : null;
  const padding = dice.chance(0.02) ? 'x'.repeat(dice.whole(500, 3_000)) : '';
  return {
    accountId, databaseId, eventType, profileId,
    resourceId: carries.includes('resource') && dice.chance(0.9) ? dice.pick(RESOURCES) : null,
    mailingId: carries.includes('mailing') && dice.chance(0.9) ? dice.pick(MAILINGS) : null,
    templateId: null, segmentId: null, pixelId: null, eventTimeMs: wallMs,
    base: `{"event_type":"${eventType}","profile_id":${JSON.stringify(profileId)},"event_data":{"n":${n},"padding":"${padding}"},"account_id":${accountId}`,
    profile: null, customData: null, contentRef: null, callerId: dice.chance(0.4) ? `caller-${n}` : null,
  };
}

/** `tag` comes back in every message, so that the receiver knows which version made it. */
export function drawSelection(dice: Dice, tag: string): HookSelection {
  const events = dice.chance(0.4) ? TYPES : TYPES.filter(() => dice.chance(0.6));
  return {
    databaseId: dice.chance(0.3) ? dice.pick(DATABASES) : null,
    events: events.length > 0 ? events : ['open'],
    filters: { ...EVERY_TYPE, mailings: dice.chance(0.3) ? [dice.pick(MAILINGS)] : [], resources: dice.chance(0.2) ? [dice.pick(RESOURCES)] : [] },
    // Now and then a version that cannot be rendered, as an older release would see one of a newer.
    customData: { fields: dice.chance(0.4) ? ['name'] : [], template: { version: tag, ...(dice.chance(0.05) && { other: '{{unheard_of}}' }) } },
    includeContent: false,
    includeEventId: dice.chance(0.5),
    subjects: SUBJECTS,
  };
}

/** Wants every event of its account. */
export function wholeSelection(tag: string): HookSelection {
  return { databaseId: null, events: TYPES, filters: EVERY_TYPE, customData: { fields: [], template: { version: tag } }, includeContent: false, includeEventId: true, subjects: SUBJECTS };
}

export type Kind = 'http' | 'broker';

export function requestFor(kind: Kind, target: string, batchMax: number, windowSec: number): HookRequest {
  if (kind === 'broker') return { type: 'rabbitmq_queue', host: `${target}.example`, port: 5672, username: 'u', vhost: '/', tls: true, queue: target };
  return { type: 'http', url: `https://${target}.example/`, max_batch_size: batchMax, timeout_sec: windowSec, success_status: '2xx', request_timeout_sec: 30, headers: {}, auth: { type: 'none' } };
}

export function targetOf(request: HookRequest): string {
  if (request.type === 'http') return new URL(request.url).hostname.replace('.example', '');
  return request.type === 'kafka' ? request.topic : request.host.replace('.example', '');
}
