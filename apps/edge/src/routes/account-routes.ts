import { z } from 'zod';
import { defineRoute, type Route } from '../route/route.ts';
import { noQuery, platformIdParam, readOnly, stamps } from '../schemas/common-schemas.ts';
import type { Account } from '@hookline/store';
import { answerObject, notFound, printStamps, versionConflict } from './answers.ts';
import { tokenInput, tokenSchema, createToken } from './token-routes.ts';
import { auditEntry } from './audit-entry.ts';
import type { RouteContext } from './route-context.ts';

/** A hundred years; a tebibyte. */
const ACCOUNT_RETENTION_DAYS_MAX = 36_500;
const ACCOUNT_RETENTION_BYTES_MAX = 1024 ** 4;
const retention = {
  retention_days: z.int().min(0).max(ACCOUNT_RETENTION_DAYS_MAX).nullable().meta({ description: 'How long its events are kept; 0 = for ever, null = as the process is set.' }),
  retention_bytes: z.int().min(0).max(ACCOUNT_RETENTION_BYTES_MAX).nullable().meta({ description: 'How much of its events is kept at most, in bytes: the oldest go first, delivered or not. 0 = no limit, null = as the process is set.' }),
};
const accountSchema = z.object({ id: z.int(), name: z.string(), ...retention, ...stamps }).meta({ id: 'Account' });
const accountInput = z.strictObject({ name: z.string().trim().min(1).max(256), ...z.object(retention).partial().shape, id: z.unknown().optional(), ...readOnly });
const params = z.object({ account_id: platformIdParam });

const printAccount = (account: Account): z.infer<typeof accountSchema> => ({ id: account.id, name: account.name, retention_days: account.retentionDays, retention_bytes: account.retentionBytes, ...printStamps(account) });

/** Accounts are made by the platform; what an account does itself needs a token that the platform makes for it here. */
export function accountRoutes(context: RouteContext): readonly Route[] {
  const { accounts } = context.control;
  return [
    defineRoute({
      id: 'putAccount', method: 'put', path: '/v1/accounts/{account_id}', tag: 'Accounts', summary: 'Make or rename an account, and say how much of its events is kept', access: { kind: 'platform' },
      params, query: noQuery, body: { kind: 'json', schema: accountInput },
      answers: { 200: { description: 'Renamed.', schema: accountSchema }, 201: { description: 'Made.', schema: accountSchema } },
      handle: ({ params: { account_id: id }, actor, body, expectedVersion }) => context.lock.run(`account/${id}`, async () => {
        const before = await accounts.get(id);
        if (expectedVersion !== null && before?.version !== expectedVersion) return versionConflict();
        const now = context.clock.now();
        const { retention_days: days, retention_bytes: bytes } = body;
        const kept = { ...(days !== undefined && { retentionDays: days }), ...(bytes !== undefined && { retentionBytes: bytes }) };
        const after = printAccount({ id, name: body.name, retentionDays: before?.retentionDays ?? null, retentionBytes: before?.retentionBytes ?? null, ...kept, version: (before?.version ?? 0) + 1, createdAt: before?.createdAt ?? now, updatedAt: now });
        const audit = auditEntry(context, { accountId: id, actor, action: before === null ? 'account.create' : 'account.update', objectId: String(id), before: before && printAccount(before), after });
        const { account, created } = await accounts.put(id, body.name, now, audit, kept);
        return answerObject(created ? 201 : 200, printAccount(account));
      }),
    }),
    defineRoute({
      id: 'getAccount', method: 'get', path: '/v1/accounts/{account_id}', tag: 'Accounts', summary: 'Read an account', access: { kind: 'platform' },
      params, query: noQuery, body: { kind: 'none' }, answers: { 200: { description: 'The account.', schema: accountSchema } },
      async handle({ params: { account_id: id } }) {
        const account = await accounts.get(id);
        return account === null ? notFound() : answerObject(200, printAccount(account));
      },
    }),
    defineRoute({
      id: 'createAccountToken', method: 'post', path: '/v1/accounts/{account_id}/tokens', tag: 'Accounts', summary: 'Make a token for an account', access: { kind: 'platform' },
      params, query: noQuery, body: { kind: 'json', schema: tokenInput },
      answers: { 201: { description: 'The token; its secret is shown this once.', schema: tokenSchema.extend({ token: z.string() }) } },
      async handle({ params: { account_id: id }, actor, body }) {
        if ((await accounts.get(id)) === null) return notFound();
        return createToken(context, { accountId: id, actor }, body);
      },
    }),
  ];
}
