// The cookie that carries a session. Over https it has the `__Host-` prefix, so that nobody but this host, over TLS, can have set it. Browsers refuse that prefix and
// `Secure` over plain http, which is what a first start on 127.0.0.1 is: there it goes without both, under another name.

const SECURE_NAME = '__Host-hookline';
const PLAIN_NAME = 'hookline-session';
const VALUE = /^[A-Za-z0-9_-]{43}$/;

export interface SessionCookieOptions {
  /** The browser talks https to us. */
  readonly secure: boolean;
}

export function printSessionCookie(value: string, maxAgeSec: number, { secure }: SessionCookieOptions): string {
  return `${secure ? SECURE_NAME : PLAIN_NAME}=${value}; Path=/; Max-Age=${maxAgeSec}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** The session in a Cookie header; null = none. With `secureOnly` the plain one, which a neighbouring host could have set, does not count. */
export function readSessionCookie(header: string | null, { secureOnly }: { readonly secureOnly: boolean }): string | null {
  const value = readCookie(header, SECURE_NAME) ?? (secureOnly ? null : readCookie(header, PLAIN_NAME));
  return value !== null && VALUE.test(value) ? value : null;
}

/** The first cookie of this name in a Cookie header; null = none. */
export function readCookie(header: string | null, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}
