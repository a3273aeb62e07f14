import { type HookDraft, hookInputSchema, type Parsed } from '@hookline/core';
import type { Hook } from '@hookline/store';
import { z } from 'zod';
import { parseHook } from '../hook/draft-hook.ts';
import { isRefusal, refuseProblems, type Refusal } from '../http/refusal.ts';
import { defineRoute, type Answer, type Route } from '../route/route.ts';
import { noQuery, pageOf, pageQuery } from '../schemas/common-schemas.ts';
import { attemptSchema, briefSeriesSchema, deadLetterSchema, laneSchema, redriveSchema, seriesQuery, seriesSchema, testResultSchema } from '../schemas/delivery-schemas.ts';
import { answerPage, notFound } from './answers.ts';
import type { RouteContext } from './route-context.ts';

const params = z.object({ hook_id: z.string() });
const read = { kind: 'account', scope: 'deliveries:read' } as const;
const TESTS = { kind: 'account', scope: 'hooks:write' } as const;
const tested = { 200: { description: 'What was sent and what came back.', schema: testResultSchema } };
const draftFields = { event_type: z.string(), hook_id: z.string().optional().meta({ description: 'The hook that the draft would replace: secrets left out are taken from it.' }) };
const tag = 'Deliveries';

/** What became of a hook's events, and sending one to see. */
export function deliveryRoutes(context: RouteContext): readonly Route[] {
  const { hooks } = context.control;
  const { deliveries, cursors, tester } = context;
  const exists = async (accountId: number, hookId: string): Promise<boolean> => (await hooks.get(accountId, hookId)) !== null;
  const answerTest = (result: Awaited<ReturnType<typeof tester.test>>): Answer | Refusal => (isRefusal(result) ? result : { status: 200, body: result });
  const parse = (accountId: number, json: unknown, existing?: Hook): Parsed<HookDraft> => parseHook({ eventTypes: context.control.eventTypes, address: context.address, nowMs: context.clock.now() }, accountId, json, existing);
  return [
    defineRoute({
      id: 'getLane', method: 'get', path: '/v1/hooks/{hook_id}/lane', tag, summary: 'Where a hook stands', access: read, params, query: noQuery, body: { kind: 'none' }, answers: { 200: { description: 'Over all shards.', schema: laneSchema } },
      async handle({ accountId, params: { hook_id: id } }) {
        return (await exists(accountId, id)) ? { status: 200, body: await deliveries.lane(accountId, id) } : notFound();
      },
    }),
    defineRoute({
      id: 'listAttempts', method: 'get', path: '/v1/hooks/{hook_id}/attempts', tag, summary: 'List attempts, newest first', access: read, params, query: pageQuery, body: { kind: 'none' },
      answers: { 200: { description: 'With truncated requests and responses.', schema: pageOf(attemptSchema) } },
      async handle({ accountId, params: { hook_id: id }, query }) {
        if (!(await exists(accountId, id))) return notFound();
        return answerPage(cursors, { accountId, list: `attempts/${id}` }, query, (page) => deliveries.attempts(accountId, id, page), (row) => row);
      },
    }),
    defineRoute({
      id: 'getSeries', method: 'get', path: '/v1/hooks/{hook_id}/series', tag, summary: 'Throughput, failures and latency over time', access: read, params, query: seriesQuery, body: { kind: 'none' },
      answers: { 200: { description: 'Buckets of equal length.', schema: seriesSchema } },
      async handle({ accountId, params: { hook_id: id }, query }) {
        return (await exists(accountId, id)) ? { status: 200, body: await deliveries.series(id, query.range) } : notFound();
      },
    }),
    defineRoute({
      id: 'listSeries', method: 'get', path: '/v1/series', tag, summary: 'What each hook delivered in the last 24 hours', access: read, params: z.object({}), query: pageQuery, body: { kind: 'none' },
      answers: { 200: { description: 'In the order of the hooks.', schema: pageOf(briefSeriesSchema) } },
      handle: ({ accountId, query }) =>
        answerPage(cursors, { accountId, list: 'series' }, query, async (page) => {
          const { data, next } = await hooks.list(accountId, page);
          return { data: await deliveries.briefSeries(data.map((hook) => hook.id)), next };
        }, (row) => row),
    }),
    defineRoute({
      id: 'listDeadLetters', method: 'get', path: '/v1/hooks/{hook_id}/dead-letters', tag, summary: 'List events that ended undelivered', access: read, params, query: pageQuery, body: { kind: 'none' },
      answers: { 200: { description: 'One row an event.', schema: pageOf(deadLetterSchema) } },
      async handle({ accountId, params: { hook_id: id }, query }) {
        if (!(await exists(accountId, id))) return notFound();
        return answerPage(cursors, { accountId, list: `dead/${id}` }, query, (page) => deliveries.deadLetters(accountId, id, page), (row) => row);
      },
    }),
    defineRoute({
      id: 'redrive', method: 'post', path: '/v1/hooks/{hook_id}/dead-letters/redrive', tag, summary: 'Send dead events again', access: { kind: 'account', scope: 'deliveries:write' }, params, query: noQuery,
      body: { kind: 'json', schema: redriveSchema }, answers: { 200: { description: 'How many are on their way.', schema: z.object({ redriven: z.int() }) } },
      async handle({ accountId, params: { hook_id: id }, body }) {
        if (!(await exists(accountId, id))) return notFound();
        return { status: 200, body: { redriven: await deliveries.redrive(accountId, id, 'all' in body ? 'all' : body.ids) } };
      },
    }),
    defineRoute({
      id: 'testHook', method: 'post', path: '/v1/hooks/{hook_id}/test', tag, summary: 'Send an example event now', access: TESTS, params, query: noQuery,
      body: { kind: 'json', schema: z.strictObject({ event_type: z.string() }) }, answers: tested,
      async handle({ accountId, params: { hook_id: id }, body }) {
        const hook = await hooks.get(accountId, id);
        return hook === null ? notFound() : answerTest(await tester.test(hook, body.event_type));
      },
    }),
    defineRoute({
      id: 'testHookDraft', method: 'post', path: '/v1/hooks/test', tag, summary: 'Send an example event by a hook that is not saved', access: TESTS, params: z.object({}), query: noQuery,
      body: { kind: 'json', schema: z.strictObject({ hook: z.unknown(), ...draftFields }), documented: z.strictObject({ hook: hookInputSchema, ...draftFields }), isHook: true }, answers: tested,
      async handle({ accountId, body }) {
        const saved = body.hook_id === undefined ? undefined : await hooks.get(accountId, body.hook_id);
        if (saved === null) return notFound();
        const draft = parse(accountId, body.hook, saved);
        if (!draft.ok) return refuseProblems(draft.status, draft.problems.map((problem) => ({ ...problem, path: `/hook${problem.path}` })));
        return answerTest(await tester.test({ id: saved?.id ?? context.newId('hok'), accountId, selection: draft.value.selection, request: draft.value.request }, body.event_type));
      },
    }),
  ];
}
