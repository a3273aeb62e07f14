import { randomBytes } from 'node:crypto';

/** Ids for requests, ours always: what a client sends as one is ignored. Unique across processes by the random part, cheap by the counter. */
export function createRequestIds(): () => string {
  const prefix = `req_${randomBytes(9).toString('base64url')}`;
  let count = 0;
  return () => `${prefix}${(count++).toString(36).padStart(5, '0')}`;
}
