import { isHooklineError } from '@hookline/core';
import { z } from 'zod';
import { isRefusal } from '../http/refusal.ts';
import { type Answer, type Call, defineRoute, type Route } from '../route/route.ts';
import type { RouteContext } from '../routes/route-context.ts';
import { loginSchema } from '../routes/user-routes.ts';
import { platformIdParam, noQuery } from '../schemas/common-schemas.ts';
import type { OidcClient } from './oidc-client.ts';
import { parseAttempt, printAttempt } from './oidc-cookie.ts';
import type { Sessions } from './sessions.ts';
import type { SignInRate } from './sign-in-rate.ts';

const START = '/v1/session/oidc';
const CALLBACK = `${START}/callback`;
const FIRST_ACCOUNT = 1;
const NEXT_CHARS_MAX = 1_000;
/** Of a state of ours. */
const STATE_CHARS = 43;

export const signInMethodsSchema = z.object({ password: z.literal(true), oidc: z.object({ start: z.string() }).nullable() }).meta({ id: 'SignInMethods', description: '`oidc`: where single sign-on begins; null = it is not set up.' });

export interface OidcParts {
  /** null = it is not set up. */
  readonly client: OidcClient | null;
  readonly sessions: Sessions;
  readonly rate: SignInRate;
}

type Asked = Pick<Call<unknown, unknown, unknown>, 'request'>;

/** Single sign-on. Whatever goes wrong ends at the sign-in page, which says what. Nobody becomes a user by it: the master makes users, and their login is the e-mail address. */
export function oidcRoutes(context: RouteContext, { client, sessions, rate }: OidcParts): readonly Route[] {
  const { control, config } = context;
  const originOf = ({ request }: Asked): string => config.publicUrl ?? new URL(request.url).origin;
  const isSecure = (asked: Asked): boolean => originOf(asked).startsWith('https:');
  const goTo = (location: string, ...cookies: readonly string[]): Answer => ({ status: 302, headers: { location }, cookies });
  const forget = (asked: Asked): string => printAttempt(null, { secure: isSecure(asked) });
  const refused = (asked: Asked, problem: string): Answer => goTo(`/sign-in?problem=${problem}`, forget(asked));
  const common = { tag: 'Session', access: { kind: 'public' }, params: z.object({}), body: { kind: 'none' } } as const;

  async function finish(asked: Asked & { readonly search: string }): Promise<Answer> {
    const secure = isSecure(asked);
    const attempt = parseAttempt(asked.request.headers.get('cookie'), { secure });
    if (client === null || attempt === null) return refused(asked, 'oidc_failed');
    const { email, isVerified } = await client.finish(new URL(`${originOf(asked)}${CALLBACK}?${asked.search}`), attempt);
    if (email === null || !isVerified) return refused(asked, 'oidc_email_unverified');
    const login = loginSchema.safeParse(email).data;
    const user = login === undefined ? null : await control.users.byLogin(attempt.accountId, login);
    if (user === null) return refused(asked, 'oidc_user_unknown');
    const { cookie } = await sessions.begin(asked.request, user, { secure });
    return goTo(attempt.next, cookie, forget(asked));
  }

  return [
    defineRoute({
      ...common, id: 'getSignInMethods', method: 'get', path: '/v1/session/methods', summary: 'How one can sign in', query: noQuery, answers: { 200: { description: 'What is set up.', schema: signInMethodsSchema } },
      handle: async () => ({ status: 200, body: { password: true, oidc: client === null ? null : { start: START } } }),
    }),
    defineRoute({
      ...common, id: 'beginOidc', method: 'get', path: START, summary: 'Begin single sign-on: for browsers',
      query: z.strictObject({ account_id: platformIdParam.optional(), next: z.string().max(NEXT_CHARS_MAX).optional() }), answers: { 302: { description: 'To the identity provider, or back to the sign-in page.' } },
      async handle({ request, query }) {
        if (client === null) return refused({ request }, 'oidc_off');
        try {
          const { url, attempt } = await client.begin(`${originOf({ request })}${CALLBACK}`);
          return goTo(url, printAttempt({ ...attempt, accountId: query.account_id ?? FIRST_ACCOUNT, next: ownPath(query.next) }, { secure: isSecure({ request }) }));
        } catch (error: unknown) {
          if (!isHooklineError(error)) throw error;
          context.logger.log('warn', error.message, { cause: String(error.cause) });
          return refused({ request }, 'oidc_unavailable');
        }
      },
    }),
    defineRoute({
      ...common, id: 'finishOidc', method: 'get', path: CALLBACK, summary: 'Where the identity provider sends the browser back to', query: z.record(z.string(), z.string()), answers: { 302: { description: 'Signed in, or back to the sign-in page.' } },
      async handle({ request, address, search, query }) {
        // By address alone: whoever sits behind one address signs in as somebody else each time.
        const answer = await rate.run(`oidc/${(query['state'] ?? '').slice(0, STATE_CHARS)}`, address, () =>
          finish({ request, search }).catch((error: unknown) => {
            context.logger.log('warn', 'single sign-on failed', { error: error instanceof Error ? error.message : String(error) });
            return refused({ request }, 'oidc_failed');
          }));
        return isRefusal(answer) ? refused({ request }, 'too_many_attempts') : answer;
      },
    }),
  ];
}

/** Where to after signing in: a path of ours, whatever somebody put into the link (bad-input.md F19). */
function ownPath(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])[\x21-\x7e]*$/.test(next)) return '/';
  const url = URL.parse(next, 'http://own.invalid');
  return url === null || url.host !== 'own.invalid' || url.pathname.startsWith('//') ? '/' : `${url.pathname}${url.search}${url.hash}`;
}
