import { createHash } from 'node:crypto';
import type { BodyFormat } from '../http/media-type.ts';
import { refuse, type Refusal } from '../http/refusal.ts';
import { EDGE_LIMITS } from '../limits.ts';

const KEY = new RegExp(`^[\\x21-\\x7e]{1,${EDGE_LIMITS.idempotencyKeyCharsMax}}$`);

/** null = the request has none. Two of them reach us joined by a comma and a space, which no key contains. */
export function parseIdempotencyKey(header: string | null | undefined): string | null | Refusal {
  if (header === null || header === undefined) return null;
  return KEY.test(header) ? header : refuse(400, 'idempotency_key_invalid', `Idempotency-Key must be 1 to ${EDGE_LIMITS.idempotencyKeyCharsMax} visible ASCII characters.`);
}

/** What makes two bodies the same request: their bytes, and how they are to be read. */
export function hashBody(body: Uint8Array, format: BodyFormat): string {
  return createHash('sha256').update(`${format}\n`).update(body).digest('hex');
}
