import { isHooklineError, parseWithSchema } from '@hookline/core';
import type { Context, Hono } from 'hono';
import { authorise } from '../auth/authorise.ts';
import { resolveAccount } from '../auth/resolve-account.ts';
import type { EdgeDeps } from '../edge-deps.ts';
import type { ByteBudget } from '../http/byte-budget.ts';
import { parseMediaType } from '../http/media-type.ts';
import { createDeadline } from '../http/read-body.ts';
import { API_HEADERS, errorBody, isRefusal, refuse, refuseForNow, refuseProblems, type Refusal } from '../http/refusal.ts';
import { refuseStoreFailure } from '../http/refuse-store-failure.ts';
import { EDGE_LIMITS } from '../limits.ts';
import type { EdgeMetrics } from '../metrics.ts';
import { parseIfMatch, parseQuery, readJsonBody } from './read-call.ts';
import { isVisitorTarget } from '../pixel/visitor-request.ts';
import type { Sessions } from '../session/sessions.ts';
import type { EdgeEnv } from './visitor-route.ts';
import type { Answer, Call, Route, RouteDescription } from './route.ts';

export interface Serving {
  readonly deps: EdgeDeps;
  readonly sessions: Sessions;
  readonly budget: ByteBudget;
  readonly metrics: EdgeMetrics;
  readonly nextRequestId: () => string;
  readonly logFailure: (error: unknown) => void;
}

/** Gives every route to Hono: authorise, read, validate, call, answer, in this order, so that nothing is read for somebody who may not. */
export function registerRoutes(app: Hono, routes: readonly Route[], serving: Serving): void {
  for (const route of routes) app.on(route.method.toUpperCase(), honoPath(route.path), (context) => serve(context, route, serving));
}

/** What Hono answers where no route does. `known` are all routes that are served. */
export function registerFallbacks(app: Hono, known: readonly RouteDescription[], serving: Serving): void {
  app.notFound((context) => {
    const refusal = allowedElsewhere(known, context.req.path) ?? refuse(404, 'not_found', 'There is nothing here.');
    const answer = printRefusal(refusal, 'unknown', serving);
    return isVisitorTarget(context.req.path) ? withoutBody(answer) : answer;
  });
  app.onError((error) => {
    serving.logFailure(error);
    return printRefusal(refuse(500, 'internal', 'This is our fault. The request id helps to find it.'), 'unknown', serving);
  });
}

/** For browsers that fired a pixel. */
export function withoutBody(answer: Response): Response {
  answer.headers.delete('content-type');
  return new Response(null, { status: answer.status, headers: answer.headers });
}

export const honoPath = (path: string): string => path.replaceAll(/\{([a-z_]+)\}/g, ':$1');

async function serve(context: Context, route: Route, serving: Serving): Promise<Response> {
  const deadline = createDeadline(EDGE_LIMITS.answerTimeoutMs + (route.body.kind === 'stream' ? EDGE_LIMITS.streamTimeoutMs : EDGE_LIMITS.bodyTimeoutMs));
  try {
    const settled = await Promise.race([callRoute(context, route, serving), deadline.reached]);
    if (settled === 'deadline') return printRefusal(refuseForNow('overloaded', 'This took too long.', 1), route.id, serving);
    return isRefusal(settled) ? printRefusal(settled, route.id, serving) : printAnswer(settled, route.id, serving);
  } catch (error: unknown) {
    if (!isHooklineError(error)) throw error;
    return printRefusal(refuseStoreFailure(error), route.id, serving);
  } finally {
    deadline.cancel();
  }
}

const addressOf = (context: Context): string => ((context.env ?? {}) as EdgeEnv).connection?.address ?? '';

type Unread = Omit<Call<unknown, unknown, unknown>, 'token' | 'actor' | 'accountId' | 'accountOf' | 'params' | 'query' | 'expectedVersion'>;

async function callRoute(context: Context, route: Route, serving: Serving): Promise<Answer | Refusal> {
  const { deps } = serving;
  const request = context.req.raw;
  const url = new URL(request.url);
  const stillMay = async (): Promise<boolean> => !isRefusal(await authorise(deps, serving.sessions, route.access, request));
  const unread: Unread = { request, stillMay, address: addressOf(context), body: undefined, text: '', headers: request.headers, search: url.search.slice(1), stream: { format: 'json', body: request.body } };
  if (route.access.kind === 'own' || route.access.kind === 'compatible') return route.handle({ ...unread, token: null, actor: { tokenId: null, userId: null }, accountId: 0, accountOf: () => 0, params: {}, query: {}, expectedVersion: null });

  const caller = await authorise(deps, serving.sessions, route.access, request);
  if (isRefusal(caller)) return caller;
  const { token, actor } = caller;
  const query = parseQuery(route.query, url.searchParams);
  if (isRefusal(query)) return query;
  const params = parseWithSchema(route.params, context.req.param());
  if (!params.ok) return refuse(422, 'id_invalid', 'An id in the path is not valid.');
  const expectedVersion = parseIfMatch(request.headers.get('if-match'));
  if (isRefusal(expectedVersion)) return expectedVersion;
  const accountHeader = request.headers.get('hookline-account');
  const account = (named?: unknown): number | Refusal => (route.access.kind === 'account' && token !== null ? resolveAccount(deps.control.accounts, token, accountHeader, named) : 0);
  const call = { ...unread, token, actor, accountOf: account, params: params.value, query, expectedVersion };

  if (route.body.kind === 'json') return callWithJson(request, route, route.body, call, account, serving.budget);
  const namedByItems = route.body.kind === 'stream' && token?.accountId === null && accountHeader === null;
  const accountId = namedByItems ? 0 : account();
  if (isRefusal(accountId)) return accountId;
  if (route.body.kind === 'none') return route.handle({ ...call, accountId });
  const format = parseMediaType(request.headers.get('content-type'), route.body.formats);
  return isRefusal(format) ? format : route.handle({ ...call, accountId, stream: { format, body: request.body } });
}

async function callWithJson(
  request: Request, route: Route, spec: Extract<Route['body'], { kind: 'json' }>, call: Omit<Call<unknown, unknown, unknown>, 'accountId'>, account: (inBody?: unknown) => number | Refusal, budget: ByteBudget,
): Promise<Answer | Refusal> {
  const whole = await readJsonBody(request, spec, budget);
  if (isRefusal(whole)) return whole;
  try {
    const [value, inBody] = spec.accountInBody ? splitAccount(whole.value) : [whole.value, undefined];
    const accountId = account(inBody);
    if (isRefusal(accountId)) return accountId;
    const body = parseWithSchema(spec.schema, value);
    if (!body.ok) return refuseProblems(body.status, body.problems);
    return await route.handle({ ...call, accountId, body: body.value, text: whole.text });
  } finally {
    whole.release();
  }
}

function splitAccount(value: unknown): [value: unknown, accountId: unknown] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, 'account_id')) return [value, undefined];
  const { account_id: accountId, ...rest } = value as Record<string, unknown>;
  return [rest, accountId];
}

/** 405 where the path is known under other methods. */
function allowedElsewhere(routes: readonly RouteDescription[], path: string): Refusal | null {
  const methods = routes.filter((route) => new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{[a-z_]+\}/g, '[^/]+')}$`).test(path)).map((route) => route.method.toUpperCase());
  return methods.length === 0 ? null : refuse(405, 'method_not_allowed', 'This path has no such method.', '', { allow: [...new Set(methods)].join(', ') });
}

function printAnswer(answer: Answer, routeId: string, serving: Serving): Response {
  serving.metrics.countRequest(routeId, answer.status);
  const text = answer.stream ?? answer.text ?? (answer.body === undefined ? null : JSON.stringify(answer.body));
  const headers = { ...API_HEADERS, 'x-request-id': serving.nextRequestId(), ...answer.headers };
  const response = new Response(text, { status: answer.status, headers });
  for (const cookie of answer.cookies ?? []) response.headers.append('set-cookie', cookie);
  return response;
}

/** A refusal as its answer, counted. */
export function printRefusal(refusal: Refusal, routeId: string, serving: Pick<Serving, 'metrics' | 'nextRequestId'>): Response {
  serving.metrics.countRequest(routeId, refusal.status);
  const requestId = serving.nextRequestId();
  return new Response(errorBody(refusal, requestId), { status: refusal.status, headers: { ...API_HEADERS, 'x-request-id': requestId, ...refusal.headers } });
}
