import { randomBytes } from 'node:crypto';
import type { Clock } from '@hookline/core';
import type { ControlStore, Session, Token, User } from '@hookline/store';
import { tokenHash } from '../auth/authenticate.ts';
import { checkOrigin, isSecureOrigin } from './check-origin.ts';
import { printSessionCookie, readSessionCookie } from './session-cookie.ts';
import { isRefusal, refuse, type Refusal } from '../http/refusal.ts';

/** 256 bits; only their SHA-256 is kept. */
const SESSION_BYTES = 32;
/** From the sign-in on, whatever happens meanwhile. */
const SESSION_MS = 7 * 24 * 3_600_000;

const SIGNED_OUT = refuse(401, 'signed_out', 'Nobody is signed in.');

export interface SignedIn {
  readonly session: Session;
  readonly user: User;
  readonly sha256: string;
}

type Asked = Pick<Request, 'method' | 'url' | 'headers'>;

/** Who is signed in, by the cookie of a request. */
export interface Sessions {
  /** Whether it carries a session cookie at all. */
  isPresented(request: Asked): boolean;
  /** 401 when it is over, 403 when the request does not come from a page of ours. Asked anew each time: nothing that ended lives on. */
  authenticate(request: Asked): Promise<SignedIn | Refusal>;
  /**
   * Begins one for a user who has shown who he is, always under a new id, and answers its Set-Cookie and when it ends. What the browser had before is ended. `secure`: whether
   * the browser talks https to us, where the request has no origin to tell it by.
   */
  begin(request: Asked, user: User, options?: { readonly secure: boolean }): Promise<{ readonly cookie: string; readonly expiresAt: number }>;
  /** Ends it and answers the Set-Cookie that clears it. */
  end(request: Asked): Promise<string>;
  checkOrigin(request: Asked): Refusal | null;
}

export function createSessions({ control, clock, publicUrl }: { readonly control: Pick<ControlStore, 'sessions'>; readonly clock: Clock; readonly publicUrl: string | null }): Sessions {
  const publicHost = publicUrl === null ? null : new URL(publicUrl).host;
  // A page that came over https has a cookie that says so; another host's could only have planted the other kind.
  const presented = (request: Asked): string | null => readSessionCookie(request.headers.get('cookie'), { secureOnly: isSecureOrigin(request) });
  const isPresented = (request: Asked): boolean => readSessionCookie(request.headers.get('cookie'), { secureOnly: false }) !== null;
  const endPresented = async (request: Asked): Promise<void> => {
    const value = presented(request);
    if (value !== null) await control.sessions.end(tokenHash(value));
  };
  const check = (request: Asked): Refusal | null => checkOrigin(request, publicHost);

  return {
    isPresented,
    checkOrigin: check,
    async authenticate(request) {
      if (!isPresented(request)) return SIGNED_OUT;
      const foreign = check(request);
      if (isRefusal(foreign)) return foreign;
      const value = presented(request);
      if (value === null) return SIGNED_OUT;
      const sha256 = tokenHash(value);
      const found = await control.sessions.find(sha256, clock.now());
      return found === null ? SIGNED_OUT : { ...found, sha256 };
    },
    async begin(request, user, { secure } = { secure: isSecureOrigin(request) }) {
      await endPresented(request);
      const value = randomBytes(SESSION_BYTES).toString('base64url');
      const now = clock.now();
      const expiresAt = now + SESSION_MS;
      await control.sessions.begin({ sha256: tokenHash(value), accountId: user.accountId, userId: user.id, expiresAt }, now);
      return { cookie: printSessionCookie(value, SESSION_MS / 1000, { secure }), expiresAt };
    },
    async end(request) {
      await endPresented(request);
      return printSessionCookie('', 0, { secure: isSecureOrigin(request) });
    },
  };
}

/** What a session may do, in the shape of a token: what the user may, now. */
export const rightsOf = ({ session, user }: SignedIn): Token => ({
  id: '', accountId: user.accountId, name: user.login, scopes: user.scopes, master: user.master, expiresAt: session.expiresAt, userId: user.id, version: user.version, createdAt: user.createdAt, updatedAt: user.updatedAt,
});
