import type { ExportRun } from '@hookline/store';
import { z } from 'zod';
import { followExport } from '../export/export-stream.ts';
import { viewExport } from '../export/export-view.ts';
import { refuse, refuseProblems, type Refusal } from '../http/refusal.ts';
import { parseWithSchema } from '@hookline/core';
import type { ExportRefusal } from '../ports.ts';
import { defineRoute, type Answer, type Route } from '../route/route.ts';
import { noQuery, pageOf, pageQuery } from '../schemas/common-schemas.ts';
import { documentedExportInput, exportInputSchema, exportPatchSchema, exportSchema } from '../schemas/export-schemas.ts';
import { answerObject, answerPage, answerStream, notFound } from './answers.ts';
import type { RouteContext } from './route-context.ts';

const tag = 'Exports';
const read = { kind: 'account', scope: 'exports:read' } as const;
const change = { kind: 'account', scope: 'exports:write', master: true } as const;
const ofHook = z.object({ hook_id: z.string() });
const params = z.object({ export_id: z.string() });
const answers = { 200: { description: 'The export, whole.', schema: exportSchema } };

/** Historical exports. What they do is the engine's. */
export function exportRoutes(context: RouteContext): readonly Route[] {
  const { exports, cursors } = context;
  const answer = async (status: 200 | 201, run: ExportRun): Promise<Answer> => answerObject(status, await viewExport(exports, run));
  const answerChange = async (changed: ExportRun | ExportRefusal): Promise<Answer | Refusal> => ('kind' in changed ? refuse(changed.status, changed.code, changed.message) : answer(200, changed));
  const withExport = async (accountId: number, id: string, then: (run: ExportRun) => Promise<Answer | Refusal>): Promise<Answer | Refusal> => {
    const run = await exports.get(accountId, id);
    return run === null ? notFound() : then(run);
  };
  const list = (accountId: number, hookId: string | null, query: z.infer<typeof pageQuery>): Promise<Answer | Refusal> =>
    answerPage(cursors, { accountId, list: `exports/${hookId ?? ''}` }, query, async (page) => {
      const { data, next } = await exports.list(accountId, hookId, page);
      return { data: await Promise.all(data.map((run) => viewExport(exports, run))), next };
    }, (view) => view);
  const action = (verb: 'suspend' | 'resume' | 'abort', summary: string): Route =>
    defineRoute({
      id: `${verb}Export`, method: 'post', path: `/v1/exports/{export_id}/${verb}`, tag, summary, access: change, params, query: noQuery, body: { kind: 'json', schema: z.strictObject({}), optional: true }, answers,
      handle: async ({ accountId, params: { export_id: id }, actor }) => answerChange(await exports[verb](accountId, id, actor)),
    });

  return [
    defineRoute({
      id: 'createExport', method: 'post', path: '/v1/hooks/{hook_id}/exports', tag, summary: 'Export history through a hook', access: change, params: ofHook, query: noQuery,
      body: { kind: 'json', schema: z.unknown(), documented: documentedExportInput }, answers: { 201: { description: 'The export, whole.', schema: exportSchema } },
      async handle({ accountId, params: { hook_id: hookId }, body, actor }) {
        const hook = await context.control.hooks.get(accountId, hookId);
        if (hook === null) return notFound();
        const input = parseWithSchema(exportInputSchema(context.clock.now()), body);
        if (!input.ok) return refuseProblems(input.status, input.problems);
        const { from, to, max_events_per_sec: maxEventsPerSec } = input.value;
        const made = await exports.create(hook, { from, to, maxEventsPerSec: maxEventsPerSec ?? null }, actor);
        return 'kind' in made ? refuse(made.status, made.code, made.message) : answer(201, made);
      },
    }),
    defineRoute({
      id: 'listExportsOfHook', method: 'get', path: '/v1/hooks/{hook_id}/exports', tag, summary: "List a hook's exports, newest first", access: read, params: ofHook, query: pageQuery, body: { kind: 'none' },
      answers: { 200: { description: 'With their progress.', schema: pageOf(exportSchema) } },
      async handle({ accountId, params: { hook_id: hookId }, query }) {
        return (await context.control.hooks.get(accountId, hookId)) === null ? notFound() : list(accountId, hookId, query);
      },
    }),
    defineRoute({
      id: 'listExports', method: 'get', path: '/v1/exports', tag, summary: 'List all exports, newest first, those of deleted hooks too', access: read, params: z.object({}), query: pageQuery, body: { kind: 'none' },
      answers: { 200: { description: 'With their progress.', schema: pageOf(exportSchema) } },
      handle: ({ accountId, query }) => list(accountId, null, query),
    }),
    defineRoute({
      id: 'getExport', method: 'get', path: '/v1/exports/{export_id}', tag, summary: 'Read an export', access: read, params, query: noQuery, body: { kind: 'none' }, answers,
      handle: ({ accountId, params: { export_id: id } }) => withExport(accountId, id, (run) => answer(200, run)),
    }),
    defineRoute({
      id: 'patchExport', method: 'patch', path: '/v1/exports/{export_id}', tag, summary: 'Change the speed limit, also while it runs', access: change, params, query: noQuery, body: { kind: 'json', schema: exportPatchSchema }, answers,
      handle: async ({ accountId, params: { export_id: id }, body, expectedVersion, actor }) => answerChange(await exports.limit(accountId, id, body.max_events_per_sec, { actor, expectedVersion })),
    }),
    action('suspend', 'Suspend an export'),
    action('resume', 'Let a suspended export go on'),
    action('abort', 'Abort an export: no attempt begins any more'),
    defineRoute({
      id: 'streamExport', method: 'get', path: '/v1/exports/{export_id}/stream', tag, summary: 'Follow an export as server-sent events', access: read, params, query: noQuery, body: { kind: 'none' },
      answers: { 200: { description: 'The export, whole, as `data`: at once, each second while it runs, at each change; it ends with the last state.', mediaType: 'text/event-stream' } },
      handle: ({ accountId, params: { export_id: id }, stillMay }) =>
        withExport(accountId, id, async (run) => answerStream(context.streams, accountId, followExport({ exports, clock: context.clock, report: context.logFailure }, run, stillMay))),
    }),
  ];
}
