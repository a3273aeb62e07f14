import type { IncomingMessage } from 'node:http';
import { refuse, type Refusal } from '../http/refusal.ts';
import { EDGE_LIMITS } from '../limits.ts';

// What Node's parser lets through and a proxy in front could read in another way. Node itself drops headers beyond its own maximum in silence and keeps the
// first of two Host or Authorization headers, so the raw list is what is looked at.

const CLOSE = { connection: 'close' };

/** null = fine. */
export function checkFraming(request: IncomingMessage): Refusal | null {
  const { rawHeaders, url = '' } = request;
  if (rawHeaders.length > 2 * EDGE_LIMITS.headerCountMax) return refuse(431, 'headers_too_large', `There are more than ${EDGE_LIMITS.headerCountMax} headers.`, '', CLOSE);
  let hosts = 0;
  let authorizations = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
    else if (name.length === 13 && name.toLowerCase() === 'authorization') authorizations += 1;
    else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding' && (rawHeaders[at + 1] as string).trim().toLowerCase() !== 'chunked') {
      return refuse(400, 'framing_invalid', 'The only transfer encoding is chunked.', '', CLOSE);
    }
  }
  if (hosts !== 1) return refuse(400, 'host_invalid', 'There must be exactly one Host header.', '', CLOSE);
  if (authorizations > 1) return refuse(400, 'authorization_repeated', 'There is more than one Authorization header.');
  if (!url.startsWith('/')) {
    if (url === '*' && request.method === 'OPTIONS') return refuse(405, 'method_not_allowed', 'OPTIONS is not served.', '', CLOSE);
    return refuse(400, 'target_invalid', 'The request target must be a path.', '', CLOSE);
  }
  if (url.length > EDGE_LIMITS.urlBytesMax) return refuse(414, 'url_too_long', `The URL has more than ${EDGE_LIMITS.urlBytesMax} bytes.`, '', CLOSE);
  return null;
}
