import { randomBytes } from 'node:crypto';
import { type Token, TOKEN_SCOPES } from '@hookline/store';
import { z } from 'zod';
import { tokenHash } from '../auth/authenticate.ts';
import { hasScope } from '../auth/scopes.ts';
import { refuse, type Refusal } from '../http/refusal.ts';
import { defineRoute, type Answer, type Route } from '../route/route.ts';
import { noQuery, pageOf, pageQuery, stamps, timeSchema } from '../schemas/common-schemas.ts';
import { answerNothing, answerObject, answerPage, notFound, printStamps, printTime } from './answers.ts';
import type { RouteContext } from './route-context.ts';

/** 256 random bits behind the prefix that makes a leaked token recognisable. */
const TOKEN_BYTES = 32;

export const tokenInput = z.strictObject({
  name: z.string().trim().min(1).max(256),
  scopes: z.array(z.enum(TOKEN_SCOPES)).min(1).max(TOKEN_SCOPES.length),
  master: z.boolean().optional(),
  expires_at: z.iso.datetime({ offset: true }).nullable().optional(),
});
export const tokenSchema = z
  .object({ id: z.string(), account_id: z.int().nullable(), name: z.string(), scopes: z.array(z.string()), master: z.boolean(), expires_at: timeSchema.nullable(), ...stamps })
  .meta({ id: 'Token' });

const printToken = (token: Token): z.infer<typeof tokenSchema> => ({
  id: token.id, account_id: token.accountId, name: token.name, scopes: [...token.scopes], master: token.master,
  expires_at: token.expiresAt === null ? null : printTime(token.expiresAt), ...printStamps(token),
});

/** Makes a token and answers it with its secret, which is kept only as a hash. */
export async function createToken(context: RouteContext, accountId: number, input: z.infer<typeof tokenInput>): Promise<Answer | Refusal> {
  const now = context.clock.now();
  const expiresAt = input.expires_at === undefined || input.expires_at === null ? null : Date.parse(input.expires_at);
  if (expiresAt !== null && expiresAt <= now) return refuse(422, 'time_out_of_range', 'expires_at is not in the future.', '/expires_at');
  const secret = `hl_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  const token = await context.control.tokens.create(
    { id: context.newId('tok'), accountId, name: input.name, scopes: [...new Set(input.scopes)], master: input.master ?? false, expiresAt, sha256: tokenHash(secret) },
    now,
  );
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
      async handle({ accountId, token, body }) {
        const beyond = body.scopes.find((scope) => token === null || !hasScope(token, scope));
        if (beyond !== undefined) return refuse(403, 'scope', `A token cannot give away ${beyond}, which it does not have.`, '/scopes');
        return createToken(context, accountId, body);
      },
    }),
    defineRoute({
      id: 'deleteToken', method: 'delete', path: '/v1/tokens/{token_id}', tag: 'Tokens', summary: 'Revoke a token', access: { kind: 'account', scope: 'tokens:write', master: true },
      params: z.object({ token_id: z.string() }), query: noQuery, body: { kind: 'none' }, answers: { 204: { description: 'It no longer works.' } },
      async handle({ accountId, params }) {
        return (await tokens.delete(accountId, params.token_id)) ? answerNothing : notFound();
      },
    }),
  ];
}
