// What a browser keeps while it is at the identity provider. Over https it has the `__Host-` prefix, so that no neighbouring host can have set it: whoever comes back with
// somebody else's answer has no cookie for it, and is not signed in.
import { z } from 'zod';
import { readCookie } from './session-cookie.ts';

const SECURE_NAME = '__Host-hookline-oidc';
const PLAIN_NAME = 'hookline-oidc';
/** As long as one may take to sign in there. */
const MAX_AGE_SEC = 600;

const schema = z.strictObject({ state: z.string().min(20), nonce: z.string().min(20), verifier: z.string().min(43), accountId: z.int().positive(), next: z.string().startsWith('/') });
type KeptAttempt = z.infer<typeof schema>;

/** null = clear it. */
export function printAttempt(attempt: KeptAttempt | null, { secure }: { readonly secure: boolean }): string {
  const value = attempt === null ? '' : Buffer.from(JSON.stringify(attempt)).toString('base64url');
  return `${secure ? SECURE_NAME : PLAIN_NAME}=${value}; Path=/; Max-Age=${attempt === null ? 0 : MAX_AGE_SEC}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

export function parseAttempt(header: string | null, { secure }: { readonly secure: boolean }): KeptAttempt | null {
  const value = readCookie(header, secure ? SECURE_NAME : PLAIN_NAME);
  if (value === null) return null;
  try {
    return schema.safeParse(JSON.parse(Buffer.from(value, 'base64url').toString())).data ?? null;
  } catch {
    return null;
  }
}
