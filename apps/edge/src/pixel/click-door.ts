import { CLICK_EVENT, fromBase64Url, isHooklineError, isSignedLink, LIMITS, linkTarget, parseJsonStrict, parsePixelQuery, type PixelQuery } from '@hookline/core';
import type { ControlStore, Pixel } from '@hookline/store';
import { isRefusal } from '../http/refusal.ts';
import { eventTypeOf } from '../ingest/event-types-of-account.ts';
import { draftEvent } from '../ingest/record-event.ts';
import { addressGroup } from './client-address.ts';
import { queryOf } from './hit-door.ts';
import { identifyVisitor } from './identify-visitor.ts';
import { printClick } from './print-click.ts';
import { addressOf, answerBare, appendVisit, describeVisit, isPrefetch, refuseMiss, tooMany, type VisitorDeps } from './visitor-doors.ts';
import type { Identity } from './visitor-identity.ts';
import type { VisitorAnswer, VisitorRequest } from './visitor-request.ts';

// `GET /r/{sid}`: a visitor follows a link. It leads only where its signature says, and it leads there also while nothing can be stored: then the event is counted as
// unaccepted, and nobody is told that it was taken.

/** The longest that a visitor on the way to another page waits for our disk. */
const PATIENCE_MS = 250;
const PATH = '/r/';
const UTF8 = new TextDecoder();

export interface ClickDoor {
  /** GET and HEAD. Never rejects for what a visitor sends or a store does. */
  follow(request: VisitorRequest): Promise<VisitorAnswer>;
}

export function createClickDoor(deps: VisitorDeps, control: Pick<ControlStore, 'eventTypes'>): ClickDoor {
  const patience = deps.patience(PATIENCE_MS);
  return {
    async follow(request) {
      const { target } = request;
      if (target.length > LIMITS.pixelUrlBytesMax) return answerBare(414);
      const query = parsePixelQuery(queryOf(target));
      if (typeof query === 'string') return answerBare(400);
      const sid = (target.split('?', 1)[0] as string).slice(PATH.length);
      const address = addressOf(deps, request);
      let pixel: Pixel | null;
      let keys: readonly Uint8Array[];
      try {
        pixel = await deps.directory.find(sid);
        if (pixel === null) return refuseMiss(deps, address);
        keys = await deps.directory.linkKeys(pixel.accountId);
      } catch (error: unknown) {
        if (!isHooklineError(error)) throw error;
        return answerBare(503, { 'retry-after': '1' });
      }
      const location = isSignedLink(target, keys) ? linkTarget(query.get('u') ?? '') : null;
      if (location === null) return answerBare(400);
      if (!deps.hits.tryTake(`${sid}/${addressGroup(address)}`)) return tooMany();
      if (request.method === 'HEAD' || isPrefetch(request)) return answerBare(302, { location });
      const cookie = await record(request, { pixel, query, address, location });
      return answerBare(302, cookie === null ? { location } : { location, 'set-cookie': cookie });
    },
  };

  interface Followed {
    readonly pixel: Pixel;
    readonly query: PixelQuery;
    readonly address: string;
    readonly location: string;
  }

  /** The cookie that the visitor gets, or null. */
  async function record(request: VisitorRequest, followed: Followed): Promise<string | null> {
    const { pixel, query, address } = followed;
    const consent = query.get('consent') === '1' ? true : null;
    const visitor = identifyVisitor(deps.ids, { request, pixel, address }, { consent, nonce: null });
    const identity = await deps.resolveIdentity({ pixel, visitor: visitor.id, isNew: visitor.isNew, profileId: query.get('profile_id') || null, email: null });
    const draft = draftOf(request, { ...followed, ...identity }, visitor.isAnonymous);
    // The account signed a link whose event cannot be: the visitor is not to suffer for it.
    if (draft === null || isRefusal(draft)) deps.metrics.countUnaccepted(1);
    else await appendVisit(deps, draft, patience);
    return visitor.cookie;
  }

  /** null = the link carries event data that is none. */
  function draftOf(request: VisitorRequest, { pixel, query, address, location, profileId, hashes }: Followed & Identity, isAnonymous: boolean): ReturnType<typeof draftEvent> | null {
    const eventData = readEventData(query.get('e'));
    if (eventData === undefined) return null;
    const eventType = query.get('t') ?? CLICK_EVENT;
    const subjects = eventTypeOf(control.eventTypes, pixel.accountId, eventType)?.subjects ?? [];
    const click = { pixel, eventType, profileId, hashes, eventData, target: location, ...describeVisit(deps, request, address, isAnonymous) };
    return draftEvent({ control, clock: deps.clock }, pixel.accountId, printClick(click, deps.clock.now(), subjects));
  }
}

/** Raw JSON of an object; null = the link has none, undefined = it cannot be read. */
function readEventData(encoded: string | undefined): string | null | undefined {
  if (encoded === undefined || encoded === '') return null;
  const bytes = fromBase64Url(encoded);
  const parsed = bytes === null ? null : parseJsonStrict(bytes);
  if (bytes === null || parsed === null || !parsed.ok || typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) return undefined;
  return UTF8.decode(bytes);
}
