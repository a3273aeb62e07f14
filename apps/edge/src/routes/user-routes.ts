import { type Problem, textSchema } from '@hookline/core';
import { type Token, TOKEN_SCOPES, type User, type UserPatch } from '@hookline/store';
import { z } from 'zod';
import { hashPassword, passwordProblem } from '../auth/password.ts';
import { beyondScopes } from '../auth/scopes.ts';
import { isRefusal, refuse, refuseProblems, type Refusal } from '../http/refusal.ts';
import { defineRoute, type Answer, type Route } from '../route/route.ts';
import { noQuery, pageOf, pageQuery, readOnly, stamps } from '../schemas/common-schemas.ts';
import { answerNothing, answerObject, answerPage, notFound, printStamps, versionConflict } from './answers.ts';
import { auditEntry } from './audit-entry.ts';
import type { RouteContext } from './route-context.ts';

/** What a user may who is not told otherwise and is not the master: look. */
const SCOPES_OF_MEMBERS = ['hooks:read', 'deliveries:read', 'exports:read'] as const;

export const loginSchema = textSchema({ charsMax: 256 }).transform((login) => login.normalize('NFC').toLowerCase().trim()).pipe(z.string().min(1));
export const nameSchema = textSchema({ charsMax: 256 });
const scopesSchema = z.array(z.enum(TOKEN_SCOPES)).max(TOKEN_SCOPES.length);
/** `{"set": true}`, as it is read, keeps it; null removes it. */
const passwordSchema = z
  .union([z.string(), z.strictObject({ set: z.literal(true) }), z.null()])
  .meta({ description: 'Write-only: 8 characters to 1 KiB. {"set": true} keeps it, null removes it and ends the sessions: then this user can sign in by single sign-on alone, where there is one.' });

const fields = { login: loginSchema, name: nameSchema.optional(), master: z.boolean().optional(), scopes: scopesSchema.optional(), password: passwordSchema.optional() };
const ignored = { id: z.unknown().optional(), account_id: z.unknown().optional(), password_set_at: z.unknown().optional(), ...readOnly };
const userInput = z.strictObject({ ...fields, ...ignored });
const userPatch = z.strictObject({ ...fields, login: loginSchema.optional(), ...ignored });
export const userSchema = z
  .object({
    id: z.string(), account_id: z.int(), login: z.string(), name: z.string(), master: z.boolean(), scopes: z.array(z.string()), password: z.object({ set: z.literal(true) }).nullable(), ...stamps,
  })
  .meta({ id: 'User' });
const params = z.object({ user_id: z.string() });
const change = { kind: 'account', scope: 'tokens:write', master: true } as const;

export const printUser = (user: Omit<User, 'passwordSetAt'>): z.infer<typeof userSchema> => ({
  id: user.id, account_id: user.accountId, login: user.login, name: user.name, master: user.master, scopes: [...user.scopes], password: user.passwordHash === null ? null : { set: true }, ...printStamps(user),
});

type Input = z.infer<typeof userPatch>;

/** The hash of a new password; undefined = the password stays. */
async function hashOf(password: Input['password']): Promise<string | null | undefined | Refusal> {
  if (typeof password !== 'string') return password === null ? null : undefined;
  const problem = passwordProblem(password);
  return problem === null ? hashPassword(password) : refuse(422, 'password_invalid', `The password ${problem}.`, '/password');
}

const loginTaken = (): Refusal => refuse(409, 'login_taken', 'Another user of the account has this login.', '/login');

/** Nobody makes a user who may more than they may themselves. */
function checkScopes(token: Token | null, scopes: readonly (typeof TOKEN_SCOPES)[number][] | undefined): Refusal | null {
  const problems: Problem[] = beyondScopes(token, scopes ?? []).map((scope) => ({ path: '/scopes', code: 'scope', message: `A token cannot give away ${scope}, which it does not have.` }));
  return problems.length === 0 ? null : refuseProblems(403, problems);
}

/** The people of an account, for the console and as owners of tokens. Changed by the master. */
export function userRoutes(context: RouteContext): readonly Route[] {
  const { users } = context.control;
  const read = async (accountId: number, id: string, then: (user: User) => Promise<Answer | Refusal>): Promise<Answer | Refusal> => {
    const user = await users.get(accountId, id);
    return user === null ? notFound() : then(user);
  };
  return [
    defineRoute({
      id: 'createUser', method: 'post', path: '/v1/users', tag: 'Users', summary: 'Make a user', access: change, params: z.object({}), query: noQuery, body: { kind: 'json', schema: userInput },
      answers: { 201: { description: 'The user.', schema: userSchema } },
      async handle({ accountId, token, actor, body }) {
        const refused = checkScopes(token, body.scopes);
        if (refused !== null) return refused;
        const passwordHash = await hashOf(body.password);
        if (isRefusal(passwordHash)) return passwordHash;
        const now = context.clock.now();
        const master = body.master ?? false;
        const scopes = body.scopes ?? (master ? TOKEN_SCOPES.filter((scope) => beyondScopes(token, [scope]).length === 0) : SCOPES_OF_MEMBERS);
        const user = { id: context.newId('usr'), accountId, login: body.login, name: body.name ?? body.login, master, scopes: [...new Set(scopes)], passwordHash: passwordHash ?? null };
        const after = printUser({ ...user, version: 1, createdAt: now, updatedAt: now });
        const made = await users.create(user, now, auditEntry(context, { accountId, actor, action: 'user.create', objectId: user.id, before: null, after }));
        return made === 'login_taken' ? loginTaken() : answerObject(201, printUser(made));
      },
    }),
    defineRoute({
      id: 'listUsers', method: 'get', path: '/v1/users', tag: 'Users', summary: 'List the users', access: { kind: 'account', scope: 'tokens:read' }, params: z.object({}), query: pageQuery, body: { kind: 'none' },
      answers: { 200: { description: 'In the order they were made.', schema: pageOf(userSchema) } },
      handle: ({ accountId, query }) => answerPage(context.cursors, { accountId, list: 'users' }, query, (page) => users.list(accountId, page), printUser),
    }),
    defineRoute({
      id: 'getUser', method: 'get', path: '/v1/users/{user_id}', tag: 'Users', summary: 'Read a user', access: { kind: 'account', scope: 'tokens:read' }, params, query: noQuery, body: { kind: 'none' },
      answers: { 200: { description: 'The user.', schema: userSchema } },
      handle: ({ accountId, params: { user_id: id } }) => read(accountId, id, async (user) => answerObject(200, printUser(user))),
    }),
    defineRoute({
      id: 'patchUser', method: 'patch', path: '/v1/users/{user_id}', tag: 'Users', summary: 'Change parts of a user; what the user may no longer, the user\'s tokens may no longer', access: change, params, query: noQuery,
      body: { kind: 'json', schema: userPatch }, answers: { 200: { description: 'The user.', schema: userSchema } },
      handle: ({ accountId, params: { user_id: id }, token, actor, body, expectedVersion }) => context.lock.run(`user/${accountId}/${id}`, () => read(accountId, id, async (user) => {
        const refused = checkScopes(token, body.scopes?.filter((scope) => !user.scopes.includes(scope)));
        if (refused !== null) return refused;
        const passwordHash = await hashOf(body.password);
        if (isRefusal(passwordHash)) return passwordHash;
        const { login, name, master, scopes } = body;
        const patch: UserPatch = {
          ...(login === undefined ? {} : { login }), ...(name === undefined ? {} : { name }), ...(master === undefined ? {} : { master }), ...(scopes === undefined ? {} : { scopes: [...new Set(scopes)] }),
          ...(passwordHash === undefined ? {} : { passwordHash }),
        };
        const now = context.clock.now();
        const after = { ...printUser({ ...user, ...patch, version: user.version + 1, updatedAt: now }), ...(typeof passwordHash === 'string' ? { secrets_changed: ['password'] } : {}) };
        const updated = await users.update(accountId, id, patch, {
          nowMs: now, expectedVersion: expectedVersion ?? user.version, audit: auditEntry(context, { accountId, actor, action: 'user.update', objectId: id, before: printUser(user), after }),
        });
        if (updated === 'not_found') return notFound();
        if (updated === 'version_conflict') return versionConflict();
        return updated === 'login_taken' ? loginTaken() : answerObject(200, printUser(updated));
      })),
    }),
    defineRoute({
      id: 'deleteUser', method: 'delete', path: '/v1/users/{user_id}', tag: 'Users', summary: 'Delete a user, and with the user all tokens of theirs', access: change, params, query: noQuery, body: { kind: 'none' },
      answers: { 204: { description: 'Deleted.' } },
      handle: ({ accountId, params: { user_id: id }, actor, expectedVersion }) => context.lock.run(`user/${accountId}/${id}`, () => read(accountId, id, async (user) => {
        if (expectedVersion !== null && user.version !== expectedVersion) return versionConflict();
        const gone = await users.delete(accountId, id, auditEntry(context, { accountId, actor, action: 'user.delete', objectId: id, before: printUser(user), after: null }));
        return gone ? answerNothing : notFound();
      })),
    }),
  ];
}
