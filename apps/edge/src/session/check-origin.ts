import { refuse, type Refusal } from '../http/refusal.ts';

// What a cookie allows, another site's page could do too: browsers send it along. So whatever changes something by a cookie must come from a page of ours, and say so:
// in `Origin`, whatever the body's type, and in `Sec-Fetch-Site` where the browser knows that header (bad-input.md F13). A missing or opaque origin is not ours.

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

const FOREIGN = refuse(403, 'origin_forbidden', 'A session may change something only from a page of this host.');

type Asked = Pick<Request, 'method' | 'url' | 'headers'>;

/** null = it may go on. `publicHost`: under which a proxy shows us, where it tells us another Host. */
export function checkOrigin(request: Asked, publicHost: string | null): Refusal | null {
  if (SAFE_METHODS.has(request.method)) return null;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return FOREIGN;
  const origin = parseOrigin(request.headers.get('origin'));
  if (origin === null) return FOREIGN;
  return origin.host === new URL(request.url).host || origin.host === publicHost ? null : FOREIGN;
}

/** Whether the browser sees us under https, by the origin of its page. */
export const isSecureOrigin = (request: Asked): boolean => parseOrigin(request.headers.get('origin'))?.protocol === 'https:';

function parseOrigin(origin: string | null): URL | null {
  if (origin === null || !/^https?:\/\//.test(origin)) return null;
  try {
    return new URL(origin);
  } catch {
    return null;
  }
}
