import type { Failure } from '@hookline/core';
import { errorCode, errorText, fail } from '../failure.ts';
import { ADDRESS_FORBIDDEN } from './dial-guard.ts';

/** Every transport: a destination that has not taken a connection after this long is away (H2: an attempt ends within 6 s). */
export const CONNECT_TIMEOUT_MS = 5_000;

const DNS_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME', 'ESERVFAIL', 'ETIMEOUT', 'ENODATA']);
const CONNECT_TIMEOUT_CODES = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);
const TLS_CODES = new Set(['EPROTO', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'CERT_UNTRUSTED', 'CERT_REJECTED', 'CERT_REVOKED', 'CERT_SIGNATURE_FAILURE', 'CERT_CHAIN_TOO_LONG',
  'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'INVALID_CA', 'INVALID_PURPOSE', 'HOSTNAME_MISMATCH', 'PATH_LENGTH_EXCEEDED']);

/** An error from before anything was sent, or null when it says nothing about the dial (a socket that closed later looks the same). */
export function classifyDialError(error: unknown): Failure | null {
  const code = errorCode(error);
  if (code === ADDRESS_FORBIDDEN) return fail('failed', 'address_forbidden', errorText(error));
  if (DNS_CODES.has(code)) return fail('failed', 'dns', errorText(error));
  if (isTlsCode(code)) return fail('failed', 'tls', `TLS: ${code}: ${errorText(error)}`);
  if (CONNECT_TIMEOUT_CODES.has(code)) return fail('failed', 'network', `no connection within ${CONNECT_TIMEOUT_MS / 1000} s`);
  return null;
}

function isTlsCode(code: string): boolean {
  return TLS_CODES.has(code) || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_') || code.startsWith('UNABLE_TO_');
}
