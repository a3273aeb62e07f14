// Secrets are write-only: a text sets, `{"set": true}` keeps, null removes, and what is left out is kept. What people see in place of a secret must never become one.

import { z } from 'zod';
import { issueParams } from '../problem/problems-of-zod.ts';
import type { SecretValue } from './hook.ts';
import { textSchema } from './text-schema.ts';

/** Passwords, tokens and client secrets, UTF-8; also the most a header value may have (latin-1). */
export const SECRET_BYTES_MAX = 8_192;
const MASK_PATTERN = /^\*+$/;
const SIGNING_SECRET_PREFIX = 'whsec_';
const SIGNING_KEY_BYTES_MIN = 24;
const SIGNING_KEY_BYTES_MAX = 64;

export type SecretInput = string | { readonly set: true } | null | undefined;

/** A secret as it is sent. `text` says what a new value may be. */
function secretSchema(text: z.ZodType<string, string>): z.ZodType<SecretInput, SecretInput> {
  const value = text.refine((secret) => !isMask(secret), issueParams('secret_masked', 'Is the mask of a secret, not a secret; send {"set": true} to keep the stored one.'));
  return z
    .union([value, z.strictObject({ set: z.literal(true) }), z.null()])
    .optional()
    .meta({ description: 'Write-only: a text sets it, {"set": true} or leaving it out keeps it, null removes it. Read back as {"set": true}.' });
}

/** A password, token or client secret. */
export const passwordSchema: z.ZodType<SecretInput, SecretInput> = secretSchema(textSchema({ bytesMax: SECRET_BYTES_MAX }));

/** Goes into an `authorization` header as it is. */
export const bearerTokenSchema: z.ZodType<SecretInput, SecretInput> = secretSchema(
  textSchema({ bytesMax: SECRET_BYTES_MAX }).refine((token) => /^[\x21-\x7e]*$/.test(token), issueParams('characters_forbidden', 'Must be visible ASCII characters.')),
);

export const signingSecretSchema: z.ZodType<SecretInput, SecretInput> = secretSchema(
  z.string().refine(
    (secret) => isMask(secret) || isSigningSecret(secret),
    issueParams('signing_secret_invalid', `Must be ${SIGNING_SECRET_PREFIX} and base64 of ${SIGNING_KEY_BYTES_MIN} to ${SIGNING_KEY_BYTES_MAX} bytes.`),
  ),
);

export function isMask(secret: string): boolean {
  return MASK_PATTERN.test(secret);
}

/** `{"set": true}` */
export function isKeep(input: unknown): boolean {
  return typeof input === 'object' && input !== null && Object.keys(input).length === 1 && (input as { set?: unknown }).set === true;
}

/** What is stored after `input` came in over `stored`; undefined = none. `{"set": true}` over nothing is for the caller to refuse. */
export function applySecret(input: SecretInput, stored: SecretValue | undefined): SecretValue | undefined {
  if (input === null) return undefined;
  return typeof input === 'string' ? { open: input } : stored;
}

function isSigningSecret(secret: string): boolean {
  const base64 = secret.startsWith(SIGNING_SECRET_PREFIX) ? secret.slice(SIGNING_SECRET_PREFIX.length) : '';
  const digits = base64.replace(/=+$/, '');
  const isPadded = digits.length < base64.length;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || digits.length % 4 === 1 || (isPadded && base64.length % 4 !== 0)) return false;
  const bytes = Math.floor((digits.length * 3) / 4);
  return bytes >= SIGNING_KEY_BYTES_MIN && bytes <= SIGNING_KEY_BYTES_MAX;
}
