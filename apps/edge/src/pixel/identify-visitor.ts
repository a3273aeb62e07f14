import { randomBytes } from 'node:crypto';
import { newVisitorId, type VisitorIds, visitorCookieName } from '@hookline/core';
import type { Pixel } from '@hookline/store';
import { ANONYMOUS_HEADERS } from './cross-origin.ts';
import { hasVisitorCookie, isInDomain, printExpiredCookie, printVisitorCookie, readVisitorCookie } from './visitor-cookie.ts';
import type { VisitorRequest } from './visitor-request.ts';

// Who a visitor is to the account, decided once a request:
//
// Anonymous: the visitor or the page does not want it (DNT, Sec-GPC, one of our headers, `consent=0`). Nobody; a cookie that is there is taken away.
// Agreed: `consent=1`. The visitor of the cookie, or a new one; the cookie is set for another 400 days.
// Not said: the visitor of a cookie that is there, for it was agreed to once; else nobody. No cookie is set.

const VISITOR_ID_BYTES = 16;

export interface VisitorWish {
  /** As in `PixelHit`. */
  readonly consent: boolean | null;
  readonly nonce: string | null;
}

export interface Visitor {
  readonly isAnonymous: boolean;
  /** null = nobody. */
  readonly id: string | null;
  /** The id is of this very request. */
  readonly isNew: boolean;
  /** Whose nonces these are: also of nobody in particular, so that his repetitions are one event. */
  readonly scope: string | null;
  /** A `Set-Cookie` value, or null. */
  readonly cookie: string | null;
}

interface Sight {
  readonly request: VisitorRequest;
  readonly pixel: Pixel;
  readonly address: string;
}

const NOBODY: Visitor = { isAnonymous: false, id: null, isNew: false, scope: null, cookie: null };
const NOBODY_BY_WISH: Visitor = { ...NOBODY, isAnonymous: true };

const cookieNames = new WeakMap<Pixel, string>();
function cookieNameOf(pixel: Pixel): string {
  let name = cookieNames.get(pixel);
  if (name === undefined) {
    name = visitorCookieName(pixel.accountId, pixel.domain);
    cookieNames.set(pixel, name);
  }
  return name;
}

export function identifyVisitor(ids: VisitorIds, { request, pixel, address }: Sight, wish: VisitorWish): Visitor {
  const cookies = request.header('cookie');
  if (cookies === null && wish.consent === null && wish.nonce === null) return wantsAnonymity(request) ? NOBODY_BY_WISH : NOBODY;
  const name = cookieNameOf(pixel);
  const isFirstParty = isInDomain(request.header('host'), pixel.domain);
  const firstSight = (nonce: string): string =>
    ids.visitorOf({ accountId: pixel.accountId, pixelId: pixel.id, address, userAgent: request.header('user-agent') ?? '', nonce });
  const derived = wish.nonce === null ? null : firstSight(wish.nonce);
  if (wish.consent === false || wantsAnonymity(request)) {
    return { isAnonymous: true, id: null, isNew: false, scope: derived, cookie: hasVisitorCookie(cookies, name) ? printExpiredCookie(name, isFirstParty) : null };
  }
  const known = readVisitorCookie(cookies, name);
  if (wish.consent === null) return { isAnonymous: false, id: known, isNew: false, scope: known ?? derived, cookie: null };
  const id = known ?? derived ?? newVisitorId(randomBytes(VISITOR_ID_BYTES));
  return { isAnonymous: false, id, isNew: known === null, scope: id, cookie: printVisitorCookie(name, id, isFirstParty) };
}

function wantsAnonymity(request: VisitorRequest): boolean {
  if (request.header('dnt') === '1' || request.header('sec-gpc') === '1') return true;
  for (const name of ANONYMOUS_HEADERS) if (request.header(name) !== null) return true;
  return false;
}
