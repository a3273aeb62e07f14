import { HOOK_NAME_CHARS_MAX, type HookDraft, hookInputSchema, patchHook, type Parsed, type Problem } from '@hookline/core';
import type { Actor, Hook } from '@hookline/store';
import { z } from 'zod';
import { parseHook, resealRequest, sealDraft } from '../hook/draft-hook.ts';
import { hookSchema, viewChangedHook, viewHook } from '../hook/hook-view.ts';
import { catalogWarnings, fieldWarnings, hostWarnings } from '../hook/hook-warnings.ts';
import { refuse, refuseProblems, type Refusal } from '../http/refusal.ts';
import { defineRoute, type Answer, type Route } from '../route/route.ts';
import { noQuery, pageOf, pageQuery } from '../schemas/common-schemas.ts';
import { answerNothing, answerObject, answerPage, notFound, versionConflict } from './answers.ts';
import type { RouteContext } from './route-context.ts';

const COPY_SUFFIX = ' (copy)';

const params = z.object({ hook_id: z.string() });
const hookBody = { kind: 'json', schema: z.unknown(), documented: hookInputSchema, isHook: true } as const;
const read = { kind: 'account', scope: 'hooks:read' } as const;
const change = { kind: 'account', scope: 'hooks:write', master: true } as const;
const changed = { 200: { description: 'The hook, whole, with warnings.', schema: hookSchema } };
const made = { 201: { description: 'The hook, whole, with warnings.', schema: hookSchema } };

/** Reading and changing hooks. What a change does to the log and when it holds is the engine's (`HookChanges`). */
export function hookRoutes(context: RouteContext): readonly Route[] {
  const { hooks, keys } = context.control;
  const parse = (accountId: number, json: unknown, existing?: Hook): Parsed<HookDraft> =>
    parseHook({ eventTypes: context.control.eventTypes, address: context.address, nowMs: context.clock.now() }, accountId, json, existing);

  async function warningsOf(accountId: number, draft: Pick<HookDraft, 'selection' | 'request'>): Promise<Problem[]> {
    const warnings = await Promise.all([
      catalogWarnings(context.control.catalog, accountId, draft.selection), fieldWarnings(context.control.profiles, accountId, draft.selection), hostWarnings(draft.request, context.address, context.config.resolves),
    ]);
    return warnings.flat();
  }

  async function create(accountId: number, draft: HookDraft, actor: Actor): Promise<Answer> {
    const hook = await context.hookChanges.create(sealDraft(keys, accountId, context.newId('hok'), draft), actor);
    return answerObject(201, viewChangedHook(hook, await warningsOf(accountId, draft)));
  }

  /** PUT and PATCH: `json` is what the hook shall be. */
  async function replace(hook: Hook, json: unknown, expectedVersion: number | null, actor: Actor): Promise<Answer | Refusal> {
    const draft = parse(hook.accountId, json, hook);
    if (!draft.ok) return refuseProblems(draft.status, draft.problems);
    const updated = await context.hookChanges.update(hook, sealDraft(keys, hook.accountId, hook.id, draft.value), expectedVersion, actor);
    if (updated === 'not_found') return notFound();
    if (updated === 'version_conflict') return versionConflict();
    if (updated === 'open_deliveries') return refuse(409, 'open_deliveries', 'request.type cannot change while deliveries of this hook are open.', '/request/type');
    return answerObject(200, viewChangedHook(updated, await warningsOf(hook.accountId, draft.value)));
  }

  const withHook = async (accountId: number, hookId: string, then: (hook: Hook) => Promise<Answer | Refusal>): Promise<Answer | Refusal> => {
    const hook = await hooks.get(accountId, hookId);
    return hook === null ? notFound() : then(hook);
  };

  return [
    defineRoute({
      id: 'createHook', method: 'post', path: '/v1/hooks', tag: 'Hooks', summary: 'Make a hook', access: change, params: z.object({}), query: noQuery, body: hookBody, answers: made,
      async handle({ accountId, body, actor }) {
        const draft = parse(accountId, body);
        return draft.ok ? create(accountId, draft.value, actor) : refuseProblems(draft.status, draft.problems);
      },
    }),
    defineRoute({
      id: 'listHooks', method: 'get', path: '/v1/hooks', tag: 'Hooks', summary: 'List the hooks', access: read, params: z.object({}), query: pageQuery, body: { kind: 'none' },
      answers: { 200: { description: 'Secrets read as {"set": true}.', schema: pageOf(hookSchema) } },
      handle: ({ accountId, query }) => answerPage(context.cursors, { accountId, list: 'hooks' }, query, (page) => hooks.list(accountId, page), viewHook),
    }),
    defineRoute({
      id: 'getHook', method: 'get', path: '/v1/hooks/{hook_id}', tag: 'Hooks', summary: 'Read a hook', access: read, params, query: noQuery, body: { kind: 'none' }, answers: { 200: { description: 'The hook.', schema: hookSchema } },
      handle: ({ accountId, params: { hook_id: id } }) => withHook(accountId, id, async (hook) => answerObject(200, viewHook(hook))),
    }),
    defineRoute({
      id: 'replaceHook', method: 'put', path: '/v1/hooks/{hook_id}', tag: 'Hooks', summary: 'Replace a hook', access: change, params, query: noQuery, body: hookBody, answers: changed,
      handle: ({ accountId, params: { hook_id: id }, body, expectedVersion, actor }) => withHook(accountId, id, (hook) => replace(hook, body, expectedVersion, actor)),
    }),
    defineRoute({
      id: 'patchHook', method: 'patch', path: '/v1/hooks/{hook_id}', tag: 'Hooks', summary: 'Change parts of a hook by a JSON Merge Patch', access: change, params, query: noQuery, body: { ...hookBody, documented: z.looseObject({}) }, answers: changed,
      handle: ({ accountId, params: { hook_id: id }, body, expectedVersion, actor }) => withHook(accountId, id, async (hook) => {
        if (typeof body !== 'object' || body === null || Array.isArray(body)) return refuse(422, 'type', 'Must be an object.');
        return replace(hook, patchHook(hook, body), expectedVersion, actor);
      }),
    }),
    defineRoute({
      id: 'deleteHook', method: 'delete', path: '/v1/hooks/{hook_id}', tag: 'Hooks', summary: 'Delete a hook; what is open is cancelled', access: change, params, query: noQuery, body: { kind: 'none' }, answers: { 204: { description: 'Deleted.' } },
      handle: ({ accountId, params: { hook_id: id }, expectedVersion, actor }) => withHook(accountId, id, async (hook) => {
        if (expectedVersion !== null && hook.version !== expectedVersion) return versionConflict();
        await context.hookChanges.delete(hook, actor);
        return answerNothing;
      }),
    }),
    defineRoute({
      id: 'cloneHook', method: 'post', path: '/v1/hooks/{hook_id}/clone', tag: 'Hooks', summary: 'Make an inactive copy', access: change, params, query: noQuery, body: { kind: 'json', schema: z.strictObject({}), optional: true }, answers: made,
      handle: ({ accountId, params: { hook_id: id }, actor }) => withHook(accountId, id, async (hook) => {
        const copyId = context.newId('hok');
        const request = resealRequest(keys, accountId, hook.request, hook.id, copyId);
        if (request === null) return refuse(409, 'secret_unavailable', 'A secret of this hook cannot be opened; set it again first.');
        const name = `${hook.name.slice(0, HOOK_NAME_CHARS_MAX - COPY_SUFFIX.length).toWellFormed()}${COPY_SUFFIX}`;
        const copy = await context.hookChanges.create({ id: copyId, accountId, name, active: false, selection: hook.selection, request }, actor);
        return answerObject(201, viewChangedHook(copy, await warningsOf(accountId, hook)));
      }),
    }),
    defineRoute({
      id: 'activateHook', method: 'post', path: '/v1/hooks/{hook_id}/activate', tag: 'Hooks', summary: 'Switch a hook on', access: change, params, query: noQuery,
      body: { kind: 'json', schema: z.strictObject({ from: z.union([z.literal('now'), z.literal('stopped'), z.iso.datetime({ offset: true })]).default('now').meta({ description: 'A time is the time of acceptance.' }) }), optional: true },
      answers: changed,
      handle: ({ accountId, params: { hook_id: id }, body, actor }) => withHook(accountId, id, async (hook) => {
        const from = body.from === 'now' || body.from === 'stopped' ? body.from : Date.parse(body.from);
        if (typeof from === 'number' && !(from <= context.clock.now())) return refuse(422, 'time_out_of_range', 'from lies in the future.', '/from');
        const activated = await context.hookChanges.activate(hook, from, actor);
        return answerObject(200, viewChangedHook(activated.hook, activated.warnings));
      }),
    }),
    defineRoute({
      id: 'deactivateHook', method: 'post', path: '/v1/hooks/{hook_id}/deactivate', tag: 'Hooks', summary: 'Switch a hook off', access: change, params, query: noQuery, body: { kind: 'json', schema: z.strictObject({}), optional: true }, answers: changed,
      handle: ({ accountId, params: { hook_id: id }, actor }) => withHook(accountId, id, async (hook) => answerObject(200, viewHook(await context.hookChanges.deactivate(hook, null, actor)))),
    }),
  ];
}
