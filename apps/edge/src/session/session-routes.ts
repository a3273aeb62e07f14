import type { User } from '@hookline/store';
import { TOKEN_SCOPES } from '@hookline/store';
import { z } from 'zod';
import { hashPassword, passwordProblem, PASSWORD_BYTES_MAX, verifyPassword } from '../auth/password.ts';
import { isRefusal, refuse, type Refusal } from '../http/refusal.ts';
import { defineRoute, type Answer, type Call, type Route } from '../route/route.ts';
import { printTime } from '../routes/answers.ts';
import { auditEntry } from '../routes/audit-entry.ts';
import type { RouteContext } from '../routes/route-context.ts';
import { loginSchema, nameSchema, printUser } from '../routes/user-routes.ts';
import { platformId, noQuery, timeSchema } from '../schemas/common-schemas.ts';
import type { FirstUserLink } from './first-user.ts';
import type { Sessions } from './sessions.ts';
import type { SignInRate } from './sign-in-rate.ts';

export const sessionSchema = z
  .object({
    account: z.object({ id: z.int(), name: z.string() }),
    user: z.object({ id: z.string(), login: z.string(), name: z.string(), master: z.boolean(), scopes: z.array(z.string()) }),
    expires_at: timeSchema, version: z.string().meta({ description: 'Of Hookline.' }),
  })
  .meta({ id: 'Session' });

const PASSWORD = z.string().refine((password) => Buffer.byteLength(password.normalize('NFC')) <= PASSWORD_BYTES_MAX, `must have at most ${PASSWORD_BYTES_MAX} bytes`);
const signInSchema = z.strictObject({ account_id: platformId.default(1), login: z.string().max(256), password: PASSWORD });
const passwordSchema = z.strictObject({ current_password: PASSWORD, password: PASSWORD });
const firstUserSchema = z.strictObject({ secret: z.string().max(256), login: loginSchema, name: nameSchema.optional(), password: PASSWORD });

const WRONG = refuse(401, 'sign_in_failed', 'Account, login or password are not right.');
const LINK_CLOSED = refuse(403, 'link_closed', 'This link was used already, or belongs to an earlier start.');
const badPassword = (problem: string): Refusal => refuse(422, 'password_invalid', `The password ${problem}.`, '/password');

export interface SessionParts {
  readonly sessions: Sessions;
  readonly firstUser: FirstUserLink;
  readonly rate: SignInRate;
}

/** Signing in and out at the console. The cookie stands for the user on every other route, as a token would. */
export function sessionRoutes(context: RouteContext, { sessions, firstUser, rate }: SessionParts): readonly Route[] {
  const { control, clock } = context;
  const route = { path: '/v1/session', tag: 'Session', access: { kind: 'public' }, params: z.object({}), query: noQuery } as const;
  const answers = { 200: { description: 'Who is signed in.', schema: sessionSchema } };

  async function answerSession(user: User, expiresAt: number, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const account = await control.accounts.get(user.accountId);
    const { id, login, name, master, scopes } = user;
    return { status: 200, body: { account: { id: user.accountId, name: account?.name ?? '' }, user: { id, login, name, master, scopes }, expires_at: printTime(expiresAt), version: context.config.version }, headers };
  }
  async function beginAs({ request }: Pick<Call<unknown, unknown, unknown>, 'request'>, user: User): Promise<Answer> {
    const { cookie, expiresAt } = await sessions.begin(request, user);
    return answerSession(user, expiresAt, { 'set-cookie': cookie });
  }

  return [
    defineRoute({
      ...route, id: 'getSession', method: 'get', summary: 'Who is signed in by the cookie', body: { kind: 'none' }, answers,
      async handle({ request }) {
        const signedIn = await sessions.authenticate(request);
        return isRefusal(signedIn) ? signedIn : answerSession(signedIn.user, signedIn.session.expiresAt);
      },
    }),
    defineRoute({
      ...route, id: 'signIn', method: 'post', summary: 'Sign in', body: { kind: 'json', schema: signInSchema }, answers,
      async handle({ request, address, body }) {
        const foreign = sessions.checkOrigin(request);
        if (foreign !== null) return foreign;
        const login = loginSchema.safeParse(body.login).data ?? '';
        return rate.run(`${body.account_id}/${login}`, address, async () => {
          const user = await control.users.byLogin(body.account_id, login);
          // Also where there is no such user: the time must not tell.
          const right = await verifyPassword(body.password, user?.passwordHash ?? null);
          return right && user !== null ? beginAs({ request }, user) : WRONG;
        });
      },
    }),
    defineRoute({
      ...route, id: 'signOut', method: 'delete', summary: 'Sign out', body: { kind: 'none' }, answers: { 204: { description: 'Nobody is signed in.' } },
      async handle({ request }) {
        const foreign = sessions.checkOrigin(request);
        return foreign ?? { status: 204, headers: { 'set-cookie': await sessions.end(request) } };
      },
    }),
    defineRoute({
      ...route, id: 'changePassword', method: 'post', path: '/v1/session/password', summary: 'Change the password of who is signed in; ends all other sessions of the user', body: { kind: 'json', schema: passwordSchema }, answers,
      async handle({ request, address, body }) {
        const signedIn = await sessions.authenticate(request);
        if (isRefusal(signedIn)) return signedIn;
        const problem = passwordProblem(body.password);
        if (problem !== null) return badPassword(problem);
        const { user } = signedIn;
        return rate.run(`${user.accountId}/${user.login}`, address, async () => {
          if (!(await verifyPassword(body.current_password, user.passwordHash))) return refuse(422, 'password_wrong', 'This is not the current password.', '/current_password');
          const passwordHash = await hashPassword(body.password);
          const nowMs = clock.now();
          const after = { ...printUser({ ...user, version: user.version + 1, updatedAt: nowMs }), secrets_changed: ['password'] };
          const audit = auditEntry(context, { accountId: user.accountId, actor: { tokenId: null, userId: user.id }, action: 'user.update', objectId: user.id, before: printUser(user), after });
          const updated = await control.users.update(user.accountId, user.id, { passwordHash }, { nowMs, audit });
          return typeof updated === 'string' ? refuse(409, updated, 'The user was changed meanwhile.') : beginAs({ request }, updated);
        });
      },
    }),
    defineRoute({
      ...route, id: 'makeFirstUser', method: 'post', path: '/v1/first-user', summary: 'Make the first master user of account 1, by the link that a first start prints', body: { kind: 'json', schema: firstUserSchema }, answers,
      async handle({ request, address, body }) {
        const foreign = sessions.checkOrigin(request);
        if (foreign !== null) return foreign;
        return rate.run('first-user', address, () => context.lock.run('first-user', async () => {
          if (!(await firstUser.isOpen(body.secret))) return LINK_CLOSED;
          const problem = passwordProblem(body.password);
          if (problem !== null) return badPassword(problem);
          const { accountId } = firstUser;
          const now = clock.now();
          const user = { id: context.newId('usr'), accountId, login: body.login, name: body.name ?? body.login, master: true, scopes: TOKEN_SCOPES, passwordHash: await hashPassword(body.password) };
          const after = printUser({ ...user, version: 1, createdAt: now, updatedAt: now });
          const made = await control.users.create(user, now, auditEntry(context, { accountId, actor: { tokenId: null, userId: user.id }, action: 'user.create', objectId: user.id, before: null, after }));
          return made === 'login_taken' ? refuse(409, 'login_taken', 'Another user of the account has this login.', '/login') : beginAs({ request }, made);
        }));
      },
    }),
  ];
}
