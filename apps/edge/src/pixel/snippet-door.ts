import { createHash } from 'node:crypto';
import { SNIPPET_TEXT } from './snippet-text.ts';
import type { VisitorAnswer, VisitorRequest } from './visitor-request.ts';

/** An hour of the old snippet after an upgrade does no harm; a request for every page would. */
const FRESH_SEC = 3_600;
const STALE_SEC = 86_400;

/** `GET /p.js`: the same text for everybody, so that one copy of it can be kept anywhere. */
export function createSnippetDoor(): (request: VisitorRequest) => Promise<VisitorAnswer> {
  const etag = `"${createHash('sha256').update(SNIPPET_TEXT).digest('base64url').slice(0, 22)}"`;
  const headers = {
    etag, 'cache-control': `public, max-age=${FRESH_SEC}, stale-while-revalidate=${STALE_SEC}`, 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin',
  };
  const content = { 'content-type': 'text/javascript; charset=utf-8', 'x-content-type-options': 'nosniff', 'content-length': String(SNIPPET_TEXT.length) };
  return async (request) => {
    if (isKnown(request.header('if-none-match'), etag)) return { status: 304, headers, body: null };
    return { status: 200, headers: { ...headers, ...content }, body: request.method === 'HEAD' ? null : SNIPPET_TEXT };
  };
}

const isKnown = (header: string | null, etag: string): boolean => header !== null && header.split(',').some((known) => ['*', etag, `W/${etag}`].includes(known.trim()));
