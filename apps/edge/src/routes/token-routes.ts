import { randomBytes } from 'node:crypto';
import { type Actor, type Token, TOKEN_SCOPES } from '@hookline/store';
import { z } from 'zod';
import { tokenHash } from '../auth/authenticate.ts';
import { beyondScopes } from '../auth/scopes.ts';
import { refuse, type Refusal } from '../http/refusal.ts';
import { defineRoute, type Answer, type Route } from '../route/route.ts';
import { noQuery, pageOf, pageQuery, stamps, timeSchema } from '../schemas/common-schemas.ts';
import { answerNothing, answerObject, answerPage, notFound, printStamps, printTime } from './answers.ts';
import { auditEntry } from './audit-entry.ts';
import type { RouteContext } from './route-context.ts';

/** 256 random bits behind the prefix that makes a leaked token recognisable. */
const TOKEN_BYTES = 32;

export const tokenInput = z.strictObject({
  name: z.string().trim().min(1).max(256),
  scopes: z.array(z.enum(TOKEN_SCOPES)).min(1).max(TOKEN_SCOPES.length),
  master: z.boolean().optional(),
  expires_at: z.iso.datetime({ offset: true }).nullable().optional(),
  user_id: z.string().nullable().optional().meta({ description: 'The user it belongs to: it may no more than the user, and ends with the user.' }),
});
export const tokenSchema = z
  .object({ id: z.string(), account_id: z.int().nullable(), name: z.string(), scopes: z.array(z.string()), master: z.boolean(), expires_at: timeSchema.nullable(), user_id: z.string().nullable(), ...stamps })
  .meta({ id: 'Token' });

const printToken = (token: Token): z.infer<typeof tokenSchema> => ({
  id: token.id, account_id: token.accountId, name: token.name, scopes: [...token.scopes], master: token.master,
  expires_at: token.expiresAt === null ? null : printTime(token.expiresAt), user_id: token.userId, ...printStamps(token),
});

/** Makes a token and answers it with its secret, which is kept only as a hash. */
export async function createToken(context: RouteContext, { accountId, actor }: { readonly accountId: number; readonly actor: Actor }, input: z.infer<typeof tokenInput>): Promise<Answer | Refusal> {
  const now = context.clock.now();
  const expiresAt = input.expires_at === undefined || input.expires_at === null ? null : Date.parse(input.expires_at);
  if (expiresAt !== null && expiresAt <= now) return refuse(422, 'time_out_of_range', 'expires_at is not in the future.', '/expires_at');
  const userId = input.user_id ?? null;
  if (userId !== null && (await context.control.users.get(accountId, userId)) === null) return refuse(422, 'user_unknown', 'The account has no such user.', '/user_id');
  const secret = `hl_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  const row = { id: context.newId('tok'), accountId, name: input.name, scopes: [...new Set(input.scopes)], master: input.master ?? false, expiresAt, userId };
  const after = printToken({ ...row, version: 1, createdAt: now, updatedAt: now });
  const audit = auditEntry(context, { accountId, actor, action: 'token.create', objectId: row.id, before: null, after });
  const token = await context.control.tokens.create({ ...row, sha256: tokenHash(secret) }, now, audit);
  return answerObject(201, { ...printToken(token), token: secret } as ReturnType<typeof printToken>);
}

export function tokenRoutes(context: RouteContext): readonly Route[] {
  const { tokens } = context.control;
  return [
    defineRoute({
      id: 'listTokens', method: 'get', path: '/v1/tokens', tag: 'Tokens', summary: "List the account's tokens", access: { kind: 'account', scope: 'tokens:read' },
      params: z.object({}), query: pageQuery, body: { kind: 'none' }, answers: { 200: { description: 'Never the secrets.', schema: pageOf(tokenSchema) } },
      handle: ({ accountId, query }) => answerPage(context.cursors, { accountId, list: 'tokens' }, query, (page) => tokens.list(accountId, page), printToken),
    }),
    defineRoute({
      id: 'createToken', method: 'post', path: '/v1/tokens', tag: 'Tokens', summary: 'Make a token', access: { kind: 'account', scope: 'tokens:write', master: true },
      params: z.object({}), query: noQuery, body: { kind: 'json', schema: tokenInput },
      answers: { 201: { description: 'The token; its secret is shown this once.', schema: tokenSchema.extend({ token: z.string() }) } },
      async handle({ accountId, token, actor, body }) {
        const [beyond] = beyondScopes(token, body.scopes);
        if (beyond !== undefined) return refuse(403, 'scope', `A token cannot give away ${beyond}, which it does not have.`, '/scopes');
        return createToken(context, { accountId, actor }, body);
      },
    }),
    defineRoute({
      id: 'deleteToken', method: 'delete', path: '/v1/tokens/{token_id}', tag: 'Tokens', summary: 'Revoke a token', access: { kind: 'account', scope: 'tokens:write', master: true },
      params: z.object({ token_id: z.string() }), query: noQuery, body: { kind: 'none' }, answers: { 204: { description: 'It no longer works.' } },
      async handle({ accountId, actor, params: { token_id: id } }) {
        const token = await tokens.get(accountId, id);
        if (token === null) return notFound();
        const audit = auditEntry(context, { accountId, actor, action: 'token.delete', objectId: id, before: printToken(token), after: null });
        return (await tokens.delete(accountId, id, audit)) ? answerNothing : notFound();
      },
    }),
  ];
}
