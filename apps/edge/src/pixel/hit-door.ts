import { type BeaconBody, draftPixelEvent, headerText, isHitProblem, isHooklineError, LIMITS, parsePixelHit, parsePixelQuery, type PixelHit, type PixelQuery, stripPageUrl, utmOfPage } from '@hookline/core';
import type { Pixel } from '@hookline/store';
import { addressGroup } from './client-address.ts';
import { ANYBODY, crossOriginHeaders, preflightHeaders } from './cross-origin.ts';
import { PIXEL_GIF } from './gif.ts';
import { identifyVisitor, type Visitor } from './identify-visitor.ts';
import { readBeacon } from './read-beacon.ts';
import { addressOf, appendVisit, describeVisit, isPrefetch, refuseMiss, answerBare, tooMany, type VisitorDeps } from './visitor-doors.ts';
import type { Identity } from './visitor-identity.ts';
import type { VisitorAnswer, VisitorRequest } from './visitor-request.ts';

// `GET /pixel` and `POST /pixel`: a visitor's browser fires a pixel. The image is sent only when the event is durable; otherwise there is none, which a browser does not
// mind and an honest count needs. Ranges and validators are not looked at: half a pixel, or one that has not changed, would be a hit that nobody sees.

const GIF_HEADERS: Readonly<Record<string, string>> = { 'content-type': 'image/gif', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
/** A browser that has waited for this long has gone on, and a hit is not worth a connection for longer. */
const PATIENCE_MS = 2_000;
const EMPTY_QUERY: PixelQuery = new Map();

export interface HitDoor {
  /** GET, HEAD and POST. Never rejects for what a visitor sends or a store does. */
  hit(request: VisitorRequest): Promise<VisitorAnswer>;
  /** OPTIONS. */
  preflight(request: VisitorRequest): Promise<VisitorAnswer>;
}

/** What follows the first `?`. */
export const queryOf = (target: string): string => {
  const at = target.indexOf('?');
  return at === -1 ? '' : target.slice(at + 1);
};

/** The answer to nearly all hits. */
const FIRED: VisitorAnswer = { status: 200, headers: { ...GIF_HEADERS, ...ANYBODY }, body: PIXEL_GIF };

export function createHitDoor(deps: VisitorDeps): HitDoor {
  const patience = deps.patience(PATIENCE_MS);
  return {
    async hit(request) {
      if (request.target.length > LIMITS.pixelUrlBytesMax) return answerBare(414);
      const query = parsePixelQuery(queryOf(request.target));
      const sid = typeof query === 'string' ? undefined : query.get('i');
      if (typeof query === 'string' || sid === undefined) return answerBare(400);
      const address = addressOf(deps, request);
      let pixel = deps.directory.known(sid);
      try {
        if (pixel === undefined) pixel = await deps.directory.find(sid);
      } catch (error: unknown) {
        if (!isHooklineError(error)) throw error;
        return refuseForNow();
      }
      if (pixel === null) return refuseMiss(deps, address);
      if (!deps.hits.tryTake(`${sid}/${addressGroup(address)}`)) return tooMany();
      const allowed = crossOriginHeaders(request.header('origin'), pixel.domain);
      if (request.method === 'HEAD') return { status: 200, headers: { ...GIF_HEADERS, ...allowed, 'content-length': String(PIXEL_GIF.byteLength) }, body: null };
      if (isPrefetch(request)) return answerBare(204, allowed);
      const asked = { pixel, query, address, allowed };
      if (request.method !== 'POST') return record(request, asked, null);
      const body = await readBeacon(request, deps.budget);
      return typeof body === 'number' ? answerBare(body, allowed) : record(request, asked, body);
    },

    async preflight(request) {
      const query = parsePixelQuery(queryOf(request.target));
      const sid = (typeof query === 'string' ? EMPTY_QUERY : query).get('i');
      const pixel = sid === undefined ? null : await deps.directory.find(sid).catch(() => null);
      return answerBare(204, preflightHeaders(request.header('origin'), pixel?.domain ?? null));
    },
  };

  interface Asked {
    readonly pixel: Pixel;
    readonly query: PixelQuery;
    readonly address: string;
    readonly allowed: Readonly<Record<string, string>>;
  }

  async function record(request: VisitorRequest, asked: Asked, body: BeaconBody | null): Promise<VisitorAnswer> {
    const { pixel, query, address, allowed } = asked;
    const hit = parsePixelHit(query, body);
    if (isHitProblem(hit)) return answerBare(400, allowed);
    const visitor = identifyVisitor(deps.ids, { request, pixel, address }, hit);
    const found = deps.resolveIdentity({ pixel, visitor: visitor.id, isNew: visitor.isNew, profileId: hit.profileId, email: hit.email });
    const identity = found instanceof Promise ? await found : found;
    if ((await appendVisit(deps, draft(request, asked, hit, visitor, identity), patience)) !== 'stored') return refuseForNow(allowed);
    if (request.method !== 'POST' && visitor.cookie === null && allowed === ANYBODY) return FIRED;
    const headers = visitor.cookie === null ? allowed : { ...allowed, 'set-cookie': visitor.cookie };
    return request.method === 'POST' ? answerBare(204, headers) : { status: 200, headers: { ...GIF_HEADERS, ...headers }, body: PIXEL_GIF };
  }

  function draft(request: VisitorRequest, { pixel, address }: Asked, hit: PixelHit, visitor: Visitor, identity: Identity): ReturnType<typeof draftPixelEvent> {
    const dateMs = deps.clock.now();
    const referer = hit.referer ?? headerText(request.header('referer') ?? '');
    const url = hit.url === null ? null : stripPageUrl(hit.url, deps.secretQueryKeys);
    return draftPixelEvent({
      accountId: pixel.accountId, databaseId: pixel.databaseId, pixelId: pixel.id, date: new Date(dateMs).toISOString(), dateMs, isTest: false,
      profileId: identity.profileId, hashes: identity.hashes,
      profile: null, subscription: null,
      goals: hit.goals, value: hit.value, pixelData: hit.pixelData, url,
      referer: referer === '' ? null : stripPageUrl(referer, deps.secretQueryKeys),
      ...describeVisit(deps, request, address, visitor.isAnonymous),
      utm: hit.url === null ? hit.utm : { ...utmOfPage(hit.url), ...hit.utm },
      sendMessageId: hit.sendMessageId,
      callerId: hit.nonce === null || visitor.scope === null ? null : deps.ids.eventIdOf({ accountId: pixel.accountId, pixelId: pixel.id, nonce: hit.nonce }, visitor.scope),
    });
  }
}

const refuseForNow = (headers: Readonly<Record<string, string>> = {}): VisitorAnswer => answerBare(503, { ...headers, 'retry-after': '1' });
