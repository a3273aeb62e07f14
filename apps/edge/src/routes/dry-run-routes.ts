import { type HookSelection, hookInputSchema } from '@hookline/core';
import { z } from 'zod';
import { hasScope } from '../auth/scopes.ts';
import { parseHook } from '../hook/draft-hook.ts';
import { isRefusal, refuse, refuseProblems, type Refusal } from '../http/refusal.ts';
import { EDGE_LIMITS } from '../limits.ts';
import type { DryRun } from '../ports.ts';
import { defineRoute, type Route } from '../route/route.ts';
import { noQuery, timeSchema } from '../schemas/common-schemas.ts';
import { notFound, printTime } from './answers.ts';
import type { RouteContext } from './route-context.ts';

/** Where a run begins that does not say. */
const FROM_MS_DEFAULT = 24 * 3_600_000;
const LIST = 'dry-run';

const fields = {
  hook_id: z.string().optional().meta({ description: 'A saved hook, instead of `hook`; beside it: the hook that the draft would replace.' }),
  from: z.iso.datetime({ offset: true }).optional().meta({ description: 'Time of acceptance; left out: 24 hours ago.' }),
  limit: z.int().min(1).max(EDGE_LIMITS.pageSizeMax).default(EDGE_LIMITS.pageSizeDefault).meta({ description: 'Events in the answer, sent or not.' }),
  cursor: z.string().optional(),
};
const dryRunInput = z.strictObject({ hook: z.unknown().optional(), ...fields });
const documented = z.strictObject({ hook: z.union([hookInputSchema, z.string()]).optional().meta({ description: 'A hook as for POST /v1/hooks, or the id of a saved one.' }), ...fields });

export const resultSchema = z
  .object({
    data: z.array(z.object({
      event_id: z.string(), event_type: z.string(), list_id: z.int().nullable(), accepted_at: timeSchema,
      would_send: z.boolean(),
      rule: z.string().meta({ description: 'What decided: `matched`, or the first that refused: `database`, `event_type`, `filter.resources` and so on.' }),
      message: z.looseObject({}).optional().meta({ description: 'What would be sent.' }),
      body: z.string().optional().meta({ description: 'The same, byte for byte.' }),
      failure: z.object({ code: z.string(), message: z.string() }).optional().meta({ description: 'Why it would go to the dead letters instead.' }),
    })),
    next_cursor: z.string().nullable().meta({ description: 'null: the end of the log was reached. An answer may be short, or empty, with a cursor: it comes after two seconds at the latest.' }),
    scanned: z.int().meta({ description: 'Places of the log that were looked at.' }),
  })
  .meta({ id: 'DryRun' });

interface Asked {
  readonly hookId: string;
  readonly selection: HookSelection;
}

/** Which recorded events a configuration would send, and why not the others. */
export function dryRunRoutes(context: RouteContext): readonly Route[] {
  const { hooks, eventTypes } = context.control;

  /** The selection in question: of a saved hook, or of a draft. */
  async function ask(accountId: number, { hook, hook_id: hookId }: { readonly hook?: unknown; readonly hook_id?: string | undefined }): Promise<Asked | Refusal> {
    const savedId = typeof hook === 'string' ? hook : hookId;
    if (savedId === undefined && hook === undefined) return refuse(422, 'required', 'hook or hook_id is required.', '/hook');
    const saved = savedId === undefined ? undefined : await hooks.get(accountId, savedId);
    if (saved === null) return notFound();
    if (saved !== undefined && (hook === undefined || typeof hook === 'string')) return { hookId: saved.id, selection: saved.selection };
    const draft = parseHook({ eventTypes, address: context.address, nowMs: context.clock.now() }, accountId, hook, saved);
    if (!draft.ok) return refuseProblems(draft.status, draft.problems.map((problem) => ({ ...problem, path: `/hook${problem.path}` })));
    return { hookId: saved?.id ?? context.newId('hok'), selection: draft.value.selection };
  }

  return [
    defineRoute({
      id: 'dryRunHook', method: 'post', path: '/v1/hooks/dry-run', tag: 'Hooks', summary: 'Run a configuration over recorded events without sending anything (needs deliveries:read as well)', access: { kind: 'account', scope: 'hooks:read' },
      params: z.object({}), query: noQuery, body: { kind: 'json', schema: dryRunInput, documented, isHook: true }, answers: { 200: { description: 'Events in their order, each with the rule that decided.', schema: resultSchema } },
      async handle({ accountId, token, body }) {
        if (token === null || !hasScope(token, 'deliveries:read')) return refuse(403, 'scope', 'This needs the scope deliveries:read as well.');
        const now = context.clock.now();
        const fromMs = body.from === undefined ? now - FROM_MS_DEFAULT : Date.parse(body.from);
        if (fromMs > now) return refuse(422, 'time_out_of_range', 'from lies in the future.', '/from');
        const asked = await ask(accountId, body);
        if (isRefusal(asked)) return asked;
        const after = body.cursor === undefined ? null : context.cursors.parse(accountId, LIST, body.cursor);
        if (body.cursor !== undefined && after === null) return refuse(400, 'cursor_invalid', 'This cursor is not one of a dry run.');
        const { events, scanned, next } = await context.dryRun({ accountId, ...asked, fromMs, limit: body.limit, after });
        const nextCursor = JSON.stringify(next === null ? null : context.cursors.print(accountId, LIST, next));
        return { status: 200, text: `{"data":[${events.map(printEvent).join(',')}],"next_cursor":${nextCursor},"scanned":${scanned}}` };
      },
    }),
  ];
}

type DryRunEvent = Awaited<ReturnType<DryRun>>['events'][number];

/** The message is spliced in as it would be sent: parsing it here would round its numbers. */
function printEvent({ row, rule, body, failure }: DryRunEvent): string {
  const told = JSON.stringify({
    event_id: row.eventId, event_type: row.eventType, list_id: row.databaseId, accepted_at: printTime(row.time), would_send: body !== null, rule, ...(body === null ? {} : { body }), ...(failure === null ? {} : { failure }),
  });
  return body === null ? told : `${told.slice(0, -1)},"message":${body}}`;
}
