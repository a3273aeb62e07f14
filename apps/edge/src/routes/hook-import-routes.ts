import { LIMITS } from '@hookline/core';
import { z } from 'zod';
import { hookSchema, viewHook } from '../hook/hook-view.ts';
import { importHooks } from '../hook/import-hooks.ts';
import { EDGE_LIMITS } from '../limits.ts';
import { defineRoute, type Route } from '../route/route.ts';
import { noQuery, problemSchema } from '../schemas/common-schemas.ts';
import type { RouteContext } from './route-context.ts';

const descriptions = z.array(z.looseObject({})).min(1).max(EDGE_LIMITS.importHooksMax);
const importInput = z.union([descriptions, z.strictObject({ hooks: descriptions })]).meta({
  description: 'Hooks in the words of the settings pages: Name, Database, Actions, Additional filters (Resources, Mailing, Templates, Segments, Pixels), Request type, URL, Maximum batch size, Timeout sec, API response success message, Host, Port, User, Password, Virtual host, Queue, Exchange, Type, Durable, Auto delete, Brokers, Topic, custom_data, Add messages content.',
});
const answerSchema = z
  .object({
    accepted: z.int(), rejected: z.int(),
    items: z.array(z.object({
      index: z.int(), status: z.enum(['accepted', 'rejected']), hook: hookSchema.optional(),
      unmapped: z.array(problemSchema).meta({ description: 'What of the description the hook does not have; paths are pointers into the list.' }),
      problems: z.array(problemSchema).optional().meta({ description: 'Why it could not be made; paths are pointers into a hook as for POST /v1/hooks.' }),
    })),
  })
  .meta({ id: 'HookImport' });

/** Bringing hooks over from the platform. */
export function hookImportRoutes(context: RouteContext): readonly Route[] {
  return [
    defineRoute({
      id: 'importHooks', method: 'post', path: '/v1/hooks/import', tag: 'Hooks', summary: "Make hooks, inactive, out of descriptions in the platform's own words", access: { kind: 'account', scope: 'hooks:write', master: true },
      params: z.object({}), query: noQuery, body: { kind: 'json', schema: importInput, bytesMax: LIMITS.bodyBytesMax }, answers: { 200: { description: 'What became of each.', schema: answerSchema } },
      async handle({ accountId, actor, body }) {
        const imported = await importHooks({ ...context, nowMs: context.clock.now() }, { accountId, actor }, Array.isArray(body) ? body : body.hooks);
        const items = imported.map(({ index, hook, problems, unmapped }) => (hook === null ? { index, status: 'rejected', unmapped, problems } : { index, status: 'accepted', hook: viewHook(hook), unmapped }));
        const accepted = imported.filter(({ hook }) => hook !== null).length;
        return { status: 200, body: { accepted, rejected: imported.length - accepted, items } };
      },
    }),
  ];
}
