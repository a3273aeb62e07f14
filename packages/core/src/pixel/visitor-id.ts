import { createKeyedHash } from '../ids/keyed-hash.ts';
import { xxh64 } from '../hash/xxh64.ts';
import { toBase64Url } from './click-link.ts';

// A visitor is known by a random-looking id in a cookie of the pixel's own. It identifies and never authorises.
//
// A first firing has no cookie, and a browser may repeat it. So that the repetition is the same visitor, whether the first answer's cookie arrived or not, the id of a
// visitor who comes with a nonce is made from what the repetition shares with the first: address, user agent and nonce, under a key that nobody has.

const ID_BYTES = 16;
const VISITOR_ID = /^[A-Za-z0-9_-]{22}$/;

export interface FirstSight {
  readonly accountId: number;
  readonly pixelId: number;
  readonly address: string;
  readonly userAgent: string;
  readonly nonce: string;
}

export interface VisitorIds {
  /** Of a visitor without a cookie who sent a nonce. */
  visitorOf(sight: FirstSight): string;
  /** The event id of a nonce: nobody can take somebody else's, for the visitor is part of it. */
  eventIdOf(sight: Pick<FirstSight, 'accountId' | 'pixelId' | 'nonce'>, visitor: string): string;
}

export const isVisitorId = (text: string): boolean => VISITOR_ID.test(text);

/** A new visitor; `randomBytes` are 16 of the caller's generator. */
export const newVisitorId = (randomBytes: Uint8Array): string => toBase64Url(randomBytes);

/** `key`: the id key, 32 bytes. */
export function createVisitorIds(key: Uint8Array): VisitorIds {
  const hash = createKeyedHash(key);
  const short = (text: string): string => toBase64Url(hash(text).subarray(0, ID_BYTES));
  return {
    visitorOf: ({ accountId, pixelId, address, userAgent, nonce }) => short(`visitor;${accountId};${pixelId};${framed(address)}${framed(userAgent)}${framed(nonce)}`),
    eventIdOf: ({ accountId, pixelId, nonce }, visitor) => `pxl_${short(`pixel;${accountId};${pixelId};${framed(visitor)}${framed(nonce)}`)}`,
  };
}

const framed = (text: string): string => `${text.length}:${text}`;

/** Visitors are the same to all pixels of an account on one domain, and to no others: so is the name of their cookie. */
export function visitorCookieName(accountId: number, domain: string | null): string {
  return `hl_${xxh64(new TextEncoder().encode(`${accountId}/${domain ?? ''}`)).toString(36)}`;
}
