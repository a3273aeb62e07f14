import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { PIXEL_LIMITS } from './pixel-limits.ts';

// A click link carries its target and is signed as a whole: path, `?` and the raw query before `&s=`. What was signed is what is checked, byte for byte, so there is
// no second spelling of a link that its signature would also fit.

export interface ClickLink {
  readonly sid: string;
  readonly url: string;
  /** Left out of the link where it is `click`. */
  readonly eventType: string;
  readonly profileId: string | null;
  /** Raw JSON of an object, or null. */
  readonly eventData: string | null;
  /** Whoever follows the link has agreed to a cookie. */
  readonly consent: boolean;
}

export const CLICK_EVENT = 'click';
const SIGNATURE_MARK = '&s=';
/** base64url of 32 bytes. */
const SIGNATURE_CHARS = 43;
const ENCODER = new TextEncoder();

/** Path and query of a link, unsigned. */
export function printClickLink(link: ClickLink): string {
  const eventType = link.eventType === CLICK_EVENT ? '' : `&t=${encode(link.eventType)}`;
  const profile = link.profileId === null ? '' : `&profile_id=${encode(link.profileId)}`;
  const eventData = link.eventData === null ? '' : `&e=${toBase64Url(ENCODER.encode(link.eventData))}`;
  return `/r/${link.sid}?u=${encode(link.url)}${eventType}${profile}${eventData}${link.consent ? '&consent=1' : ''}`;
}

/** With everything escaped that a browser would escape on its way: what arrives is what was signed. */
const encode = (text: string): string => encodeURIComponent(text).replaceAll("'", '%27');

export function signClickLink(unsigned: string, key: Uint8Array): string {
  return `${unsigned}${SIGNATURE_MARK}${signatureOf(unsigned, key)}`;
}

/** Whether `pathAndQuery` ends in a signature by one of the keys over everything before it. */
export function isSignedLink(pathAndQuery: string, keys: readonly Uint8Array[]): boolean {
  const at = pathAndQuery.length - SIGNATURE_CHARS - SIGNATURE_MARK.length;
  if (at < 0 || pathAndQuery.slice(at, at + SIGNATURE_MARK.length) !== SIGNATURE_MARK) return false;
  const signed = pathAndQuery.slice(0, at);
  const given = pathAndQuery.slice(-SIGNATURE_CHARS);
  // Every key is tried, and every character compared: the time says nothing about where they differ.
  return keys.reduce((found, key) => isSameText(signatureOf(signed, key), given) || found, false);
}

function signatureOf(text: string, key: Uint8Array): string {
  return toBase64Url(hmac(sha256, key, ENCODER.encode(text)));
}

function isSameText(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < left.length; at++) difference |= left.charCodeAt(at) ^ right.charCodeAt(at);
  return difference === 0;
}

export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** null = not base64url. Padding may be there or not. */
export function fromBase64Url(text: string): Uint8Array | null {
  const bare = text.replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9_-]*$/.test(bare) || bare.length % 4 === 1) return null;
  return Uint8Array.from(atob(bare.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

/**
 * Where a link may lead: an absolute `http:` or `https:` URL that every parser reads alike. null = nowhere. The answer is what goes into `Location`, as it was given
 * where it is printable ASCII.
 */
export function linkTarget(url: string): string | null {
  if (url.length > PIXEL_LIMITS.linkTargetCharsMax || !/^https?:\/\/[^/?#@]/i.test(url)) return null;
  // Browsers drop tabs and newlines, and take a backslash for a slash.
  if (/[\u0000-\u0020\u007f\\]/.test(url) || /^[a-z]+:\/\/[^/?#]*@/i.test(url) || !url.isWellFormed()) return null;
  const parsed = URL.parse(url);
  if (parsed === null || parsed.hostname === '' || parsed.username !== '' || parsed.password !== '') return null;
  return /^[\x21-\x7e]+$/.test(url) ? url : parsed.href;
}
