import { isVisitorId } from '@hookline/core';

// The cookie by which a visitor is known again. On the pixel's own domain it is a first-party cookie; anywhere else it is partitioned by the site that the pixel is on.

/** The longest that browsers keep a cookie: 400 days. */
const MAX_AGE_SEC = 400 * 86_400;
const LONG_AGO = 'Thu, 01 Jan 1970 00:00:00 GMT';

/** The visitor that a `Cookie` header names; the first of two counts, and what is no id of ours counts as none. */
export function readVisitorCookie(header: string | null, name: string): string | null {
  const value = findCookie(header, name);
  return value !== null && isVisitorId(value) ? value : null;
}

/** Whether there is one of this name, whatever is in it. */
export const hasVisitorCookie = (header: string | null, name: string): boolean => findCookie(header, name) !== null;

function findCookie(header: string | null, name: string): string | null {
  if (header === null) return null;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return null;
}

export function printVisitorCookie(name: string, visitor: string, isFirstParty: boolean): string {
  return `${name}=${visitor}; Max-Age=${MAX_AGE_SEC}; ${attributes(isFirstParty)}`;
}

/** Takes the cookie away. */
export function printExpiredCookie(name: string, isFirstParty: boolean): string {
  return `${name}=; Max-Age=0; Expires=${LONG_AGO}; ${attributes(isFirstParty)}`;
}

const attributes = (isFirstParty: boolean): string => `Path=/; Secure; HttpOnly; SameSite=${isFirstParty ? 'Lax' : 'None; Partitioned'}`;

/** Whether the host that was asked is the domain, or in it. `host` may carry a port. */
export function isInDomain(host: string | null, domain: string | null): boolean {
  if (host === null || domain === null) return false;
  const name = host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
  return name === domain || name.endsWith(`.${domain}`);
}
