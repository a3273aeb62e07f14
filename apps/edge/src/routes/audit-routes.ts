import type { AuditEntry } from '@hookline/store';
import { z } from 'zod';
import { defineRoute, type Route } from '../route/route.ts';
import { pageOf, pageQuery, timeSchema } from '../schemas/common-schemas.ts';
import { answerPage, printTime } from './answers.ts';
import type { RouteContext } from './route-context.ts';

const KINDS = ['hook', 'export', 'token', 'user', 'account', 'event_type', 'link_key', 'pixel'] as const;

export const entrySchema = z
  .object({
    id: z.string(), at: timeSchema,
    actor: z.object({ token_id: z.string().nullable(), user_id: z.string().nullable() }).meta({ description: 'Both null: Hookline itself.' }),
    action: z.string().meta({ examples: ['hook.update'] }), object_kind: z.string(), object_id: z.string(),
    before: z.unknown().meta({ description: 'The object as it was; null = it was not there.' }), after: z.unknown().meta({ description: 'The object as it is since; null = it is gone.' }),
  })
  .meta({ id: 'AuditEntry', description: 'Secrets read as {"set": true}; which of them are others is told in `secrets_changed`.' });

const query = pageQuery.extend({ object_kind: z.enum(KINDS).optional(), object_id: z.string().min(1).max(200).optional() });

const printEntry = (entry: AuditEntry): z.infer<typeof entrySchema> => ({
  id: `aud_${entry.row}`, at: printTime(entry.at), actor: { token_id: entry.tokenId, user_id: entry.userId }, action: entry.action, object_kind: entry.objectKind, object_id: entry.objectId, before: entry.before, after: entry.after,
});

/** Who changed what. Read by the master with `tokens:write`: an entry may show what a narrower token could not read. */
export function auditRoutes(context: RouteContext): readonly Route[] {
  return [
    defineRoute({
      id: 'listAudit', method: 'get', path: '/v1/audit', tag: 'Audit', summary: 'List changes of hooks, exports, tokens, users, the account, event types and link keys, newest first; kept 90 days', access: { kind: 'account', scope: 'tokens:read', master: true },
      params: z.object({}), query, body: { kind: 'none' }, answers: { 200: { description: 'Newest first.', schema: pageOf(entrySchema) } },
      handle: ({ accountId, query: { object_kind: objectKind, object_id: objectId, ...page } }) =>
        answerPage(context.cursors, { accountId, list: `audit/${objectKind ?? ''}/${objectId ?? ''}` }, page, (request) => context.control.audit.list(accountId, request, { objectKind, objectId }), printEntry),
    }),
  ];
}
