import type { Actor, Token } from '@hookline/store';
import type { EdgeDeps } from '../edge-deps.ts';
import { isRefusal, refuse, type Refusal } from '../http/refusal.ts';
import type { Access } from '../route/route.ts';
import { rightsOf, type Sessions } from '../session/sessions.ts';
import { authenticate } from './authenticate.ts';
import { hasScope } from './scopes.ts';

/** Who calls: `token` says what they may (of a session: what its user may), `actor` who they are. */
export interface Caller {
  readonly token: Token | null;
  readonly actor: Actor;
}

const NOBODY: Caller = { token: null, actor: { tokenId: null, userId: null } };

/** By the Authorization header, or, where there is none, by the session cookie. Routes that look themselves, or that are for all, have nobody. */
export async function authorise({ control, clock }: Pick<EdgeDeps, 'control' | 'clock'>, sessions: Sessions, access: Access, request: Request): Promise<Caller | Refusal> {
  if (access.kind === 'public' || access.kind === 'own' || access.kind === 'compatible') return NOBODY;
  const caller = await callerOf({ control, clock }, sessions, request);
  if (isRefusal(caller)) return caller;
  const { token } = caller;
  if (access.kind === 'platform') return token.accountId === null ? caller : refuse(403, 'scope', 'This needs a platform token.');
  if (!hasScope(token, access.scope)) return refuse(403, 'scope', `This needs the scope ${access.scope}.`);
  if (access.master && !token.master) return refuse(403, 'master_required', "Only the account's master user may do this.");
  return caller;
}

async function callerOf({ control, clock }: Pick<EdgeDeps, 'control' | 'clock'>, sessions: Sessions, request: Request): Promise<(Caller & { readonly token: Token }) | Refusal> {
  const authorization = request.headers.get('authorization');
  if (authorization === null && sessions.isPresented(request)) {
    const signedIn = await sessions.authenticate(request);
    return isRefusal(signedIn) ? signedIn : { token: rightsOf(signedIn), actor: { tokenId: null, userId: signedIn.user.id } };
  }
  const token = authenticate(control.tokens, authorization, clock.now());
  return isRefusal(token) ? token : { token, actor: { tokenId: token.id, userId: token.userId } };
}
