import { hash } from 'node:crypto';
import type { Token, TokenStore } from '@hookline/store';
import { refuse, type Refusal } from '../http/refusal.ts';

// Tokens are compared as SHA-256 digests by a map look-up, so neither length nor content of a guess shows in the time it takes. They are read from the
// Authorization header only, never from the URL.

const UNAUTHENTICATED = refuse(401, 'unauthenticated', 'A valid token is needed: Authorization: Bearer hl_…', '', { 'www-authenticate': 'Bearer' });
const REPEATED = refuse(400, 'authorization_repeated', 'There is more than one Authorization header.');
const BEARER = /^bearer +([\x21-\x7e]{1,512})$/i;

export const tokenHash = (token: string): string => hash('sha256', token, 'hex');

/** The token behind an Authorization header. Two such headers reach us joined by a comma, which no token contains. */
export function authenticate(tokens: Pick<TokenStore, 'find'>, authorization: string | null | undefined, nowMs: number): Token | Refusal {
  if (authorization === null || authorization === undefined) return UNAUTHENTICATED;
  if (authorization.includes(',')) return REPEATED;
  const presented = BEARER.exec(authorization)?.[1];
  if (presented === undefined) return UNAUTHENTICATED;
  const token = tokens.find(tokenHash(presented));
  if (token === null || (token.expiresAt !== null && token.expiresAt <= nowMs)) return UNAUTHENTICATED;
  return token;
}
