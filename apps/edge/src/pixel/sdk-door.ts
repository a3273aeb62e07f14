import { draftPixelEvent, emailHashes, isHooklineError, jsonMembers, LIMITS, parsePixelQuery, parseJsonStrict, setJsonMembers } from '@hookline/core';
import type { ControlStore, EventLog, Pixel, ProfileAddress, Token } from '@hookline/store';
import { authenticate } from '../auth/authenticate.ts';
import { hasScope } from '../auth/scopes.ts';
import { findProfile } from '../compat/profile-matching.ts';
import { readBody } from '../http/read-body.ts';
import { isRefusal } from '../http/refusal.ts';
import { draftEvent } from '../ingest/record-event.ts';
import { EDGE_LIMITS } from '../limits.ts';
import { appendCounted } from './append-counted.ts';
import { queryOf } from './hit-door.ts';
import { parseSdkForm, type SdkEvent } from './sdk-form.ts';
import { addressOf, describeVisit, type VisitorDeps } from './visitor-doors.ts';
import type { VisitorAnswer, VisitorRequest } from './visitor-request.ts';

// What the mobile SDKs send (contract.md 7.3). They try again on 5xx for hours and drop an event on anything else, so only what may come right by itself is 5xx. The
// `Request-ID` is the same on every try: an event that was stored and whose answer was lost is not stored twice.

const ROLE_TOKEN = /^bearer +rtoken@/i;
const REQUEST_ID_CHARS_MAX = 200;
const SECONDS_MAX = 253_402_300_799;
const UTF8 = new TextDecoder();
/** Push events by the last part of their path. */
const PUSH_EVENTS = { open: 'open_push', delivery: 'deliv_push' } as const;

export interface SdkDoor {
  /** `POST /event/post`. */
  post(request: VisitorRequest): Promise<VisitorAnswer>;
  /** `POST /event/push/open` and `/event/push/delivery`. */
  push(request: VisitorRequest, event: keyof typeof PUSH_EVENTS): Promise<VisitorAnswer>;
}

type Stores = Pick<ControlStore, 'tokens' | 'profiles' | 'eventTypes'>;

const answer = (error: number, text: string): VisitorAnswer => ({
  status: error === 503 ? 503 : 200,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...(error === 503 ? { 'retry-after': '1' } : null) },
  body: JSON.stringify({ error, error_text: text }),
});

/** Told to the SDK as `error` and `error_text`. */
class SdkRefusal {
  readonly error: number;
  readonly text: string;
  constructor(error: number, text: string) {
    this.error = error;
    this.text = text;
  }
}

export function createSdkDoor(deps: VisitorDeps, control: Stores, logs: readonly [EventLog, ...EventLog[]]): SdkDoor {
  return {
    post: (request) => answering(() => post(request)),
    push: (request, event) => answering(() => push(request, event)),
  };

  async function answering(work: () => Promise<SdkRefusal | null>): Promise<VisitorAnswer> {
    try {
      const refusal = await work();
      return refusal === null ? answer(0, '') : answer(refusal.error, refusal.text);
    } catch (error: unknown) {
      if (!isHooklineError(error)) throw error;
      return answer(503, 'Nothing can be stored durably at the moment.');
    }
  }

  async function post(request: VisitorRequest): Promise<SdkRefusal | null> {
    const token = authorise(request);
    if (token instanceof SdkRefusal) return token;
    const query = parsePixelQuery(queryOf(request.target));
    if (typeof query === 'string') return new SdkRefusal(400, 'The query cannot be read.');
    const pixel = await deps.directory.find(query.get('i') ?? '');
    if (pixel === null || (token.accountId !== null && token.accountId !== pixel.accountId)) return new SdkRefusal(404, 'There is no such pixel.');
    if ((query.get('t') ?? 'open') !== 'open' || (query.get('tr') ?? 'px') !== 'px') return new SdkRefusal(400, 'This kind of event is not known.');
    const bytes = await readBytes(request);
    if (bytes instanceof SdkRefusal) return bytes;
    const form = await readForm(request.header('content-type') ?? '', bytes);
    if (form === null) return new SdkRefusal(400, 'The body must be multipart/form-data.');
    const event = parseSdkForm(form);
    if ('problem' in event) return new SdkRefusal(400, event.problem);
    return record(request, pixel, event);
  }

  async function record(request: VisitorRequest, pixel: Pixel, event: SdkEvent): Promise<SdkRefusal | null> {
    const now = deps.clock.now();
    const dateMs = event.timeMs ?? now;
    if (dateMs > now + LIMITS.eventAheadMsMax) return new SdkRefusal(400, 't must be at most 24 h from now');
    const profileId = event.profileId ?? (await findProfile(control.profiles, pixel.accountId, pixel.databaseId, addressesOf(event)));
    const visit = describeVisit(deps, request, addressOf(deps, request), false);
    const requestId = request.header('request-id');
    const scope = { accountId: pixel.accountId, pixelId: pixel.id, nonce: requestId ?? '' };
    const draft = draftPixelEvent({
      accountId: pixel.accountId, databaseId: pixel.databaseId, pixelId: pixel.id, date: new Date(dateMs).toISOString(), dateMs, isTest: false, profileId,
      hashes: event.email === null ? null : emailHashes(event.email),
      profile: await profileOf(pixel, profileId, event.profileFields),
      subscription: event.subscription, goals: event.goals, value: null, pixelData: event.payload, url: null, referer: null,
      ...visit,
      place: event.offsetMin === null || visit.place?.tz !== undefined ? visit.place : { ...visit.place, ...zoneOf(event.offsetMin) },
      utm: event.utm, sendMessageId: event.sendMessageId,
      more: { ...(event.offsetMin === null ? null : { tz_offset_min: event.offsetMin }), ...(event.clientId === null ? null : { client_id: event.clientId }) },
      callerId: requestId === null || requestId === '' || requestId.length > REQUEST_ID_CHARS_MAX ? null : deps.ids.eventIdOf(scope, 'sdk'),
    });
    await appendCounted({ logs }, deps.metrics, draft);
    return null;
  }

  /** The profile at that moment, as far as the device told of it. */
  async function profileOf(pixel: Pixel, profileId: string | null, fields: string | null): Promise<string | null> {
    if (fields === null) return null;
    const stored = profileId === null ? null : await control.profiles.get(pixel.accountId, pixel.databaseId, profileId);
    if (stored?.kind !== 'stored') return fields;
    return setJsonMembers(stored.fields, new Map(jsonMembers(fields).map(({ key, valueStart, valueEnd }) => [key, fields.slice(valueStart, valueEnd)])));
  }

  async function push(request: VisitorRequest, kind: keyof typeof PUSH_EVENTS): Promise<SdkRefusal | null> {
    const token = authorise(request);
    if (token instanceof SdkRefusal) return token;
    if (token.accountId === null) return new SdkRefusal(403, "This needs an account's own token.");
    const bytes = await readBytes(request);
    if (bytes instanceof SdkRefusal) return bytes;
    const parsed = parseJsonStrict(bytes);
    const { time, smid } = (parsed.ok && typeof parsed.value === 'object' && parsed.value !== null ? parsed.value : {}) as { readonly time?: unknown; readonly smid?: unknown };
    if (!Number.isInteger(time) || (time as number) < 0 || (time as number) > SECONDS_MAX) return new SdkRefusal(400, 'time must be unix seconds');
    if (typeof smid !== 'string' || smid === '') return new SdkRefusal(400, 'smid must be a string');
    const event = { event_type: PUSH_EVENTS[kind], event_date: new Date((time as number) * 1_000).toISOString(), event_data: { send_message_id: smid } };
    const draft = draftEvent({ control, clock: deps.clock }, token.accountId, JSON.stringify(event));
    if (isRefusal(draft)) return new SdkRefusal(400, draft.problems.map((problem) => `${problem.path} ${problem.message}`.trim()).join('; '));
    await appendCounted({ logs }, deps.metrics, draft);
    return null;
  }

  /** `Bearer hl_…`, and the same as the SDK writes a role's token: `Bearer rtoken@hl_…`. */
  function authorise(request: VisitorRequest): Token | SdkRefusal {
    const header = request.header('authorization')?.replace(ROLE_TOKEN, 'Bearer ') ?? null;
    const token = authenticate(control.tokens, header, deps.clock.now());
    if (isRefusal(token)) return new SdkRefusal(401, 'Token required.');
    return hasScope(token, 'events:write') ? token : new SdkRefusal(403, 'No permission: this needs the scope events:write.');
  }

  async function readBytes(request: VisitorRequest): Promise<Uint8Array<ArrayBuffer> | SdkRefusal> {
    const read = await readBody(request.body, request.header('content-length'), { bytesMax: LIMITS.beaconBytesMax, timeoutMs: EDGE_LIMITS.bodyTimeoutMs, budget: deps.budget });
    if (isRefusal(read)) return new SdkRefusal(read.status, read.problems[0].message);
    read.release();
    return new Uint8Array(read.bytes);
  }
}

/** The text of each part; of two with one name the first. null = no form. */
async function readForm(contentType: string, bytes: Uint8Array<ArrayBuffer>): Promise<ReadonlyMap<string, string> | null> {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return null;
  try {
    const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
    const parts = new Map<string, string>();
    for (const [name, value] of form) if (!parts.has(name)) parts.set(name, typeof value === 'string' ? value : UTF8.decode(await value.arrayBuffer()));
    return parts;
  } catch {
    // The parser's only way to say that this is no form.
    return null;
  }
}

function addressesOf({ mode, email, phone }: SdkEvent): readonly ProfileAddress[] {
  if (email !== null && mode !== 'phone') return mode === 'email_profile' ? [{ kind: 'email', value: email }] : [{ kind: 'email', value: email }, { kind: 'email_sub', value: email }];
  return phone === null ? [] : [{ kind: 'phone', value: phone }, { kind: 'phone_sub', value: phone }];
}

/** A whole-hour offset as the zone that means it, whose sign is the other way round. */
function zoneOf(offsetMin: number): { readonly tz?: string } {
  if (offsetMin % 60 !== 0) return {};
  return { tz: offsetMin === 0 ? 'Etc/UTC' : `Etc/GMT${offsetMin > 0 ? '-' : '+'}${Math.abs(offsetMin) / 60}` };
}
