import { isInDomain } from './visitor-cookie.ts';

// Who may read an answer. Any page may fire a pixel, without credentials; with them only pages of the pixel's own domain, over https and on its usual port. An origin is
// compared by its parts, never by how its text begins or ends.

const PREFLIGHT_SEC = 7_200;
/** Headers by which a page asks not to be known. */
export const ANONYMOUS_HEADERS: readonly string[] = ['hookline-anonymous', 'sp-anonymous'];

/** For everybody else. */
export const ANYBODY: Readonly<Record<string, string>> = { 'cross-origin-resource-policy': 'cross-origin', vary: 'Origin', 'access-control-allow-origin': '*' };

export function crossOriginHeaders(origin: string | null, domain: string | null): Readonly<Record<string, string>> {
  if (origin === null || !isOwnOrigin(origin, domain)) return ANYBODY;
  return { ...ANYBODY, 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' };
}

export function preflightHeaders(origin: string | null, domain: string | null): Readonly<Record<string, string>> {
  return {
    ...crossOriginHeaders(origin, domain),
    'access-control-allow-methods': 'GET, HEAD, POST',
    'access-control-allow-headers': ['content-type', ...ANONYMOUS_HEADERS].join(', '),
    'access-control-max-age': String(PREFLIGHT_SEC),
  };
}

function isOwnOrigin(origin: string, domain: string | null): boolean {
  const host = /^https:\/\/([a-z0-9.-]*[a-z0-9])$/.exec(origin)?.[1];
  return host !== undefined && isInDomain(host, domain);
}
