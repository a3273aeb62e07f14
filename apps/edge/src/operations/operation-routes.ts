import { z } from 'zod';
import type { EdgeDeps } from '../edge-deps.ts';
import { createDeadline } from '../http/read-body.ts';
import { defineRoute, type Route, type RouteDescription, type RouteSpec } from '../route/route.ts';
import { noQuery } from '../schemas/common-schemas.ts';
import { buildOpenApi } from './build-open-api.ts';
import { DOCS_POLICY, docsPage } from './docs-page.ts';
import { asyncApiDocument, messageSchemaDocument } from './message-documents.ts';

/** A store that does not answer within this is not ready. */
const READY_TIMEOUT_MS = 2_000;

const documentSchema = z.looseObject({});
const readySchema = z.object({ status: z.enum(['ready', 'not_ready']), reasons: z.array(z.string()) });

/** For whoever runs us. Alive is not ready: a process that cannot store durably is alive. */
export function operationRoutes(deps: Pick<EdgeDeps, 'config' | 'isReady' | 'metrics'>, others: readonly RouteDescription[]): readonly Route[] {
  const get = (spec: Pick<RouteSpec<unknown, unknown, unknown>, 'id' | 'path' | 'summary' | 'answers' | 'handle'>): Route =>
    defineRoute({ method: 'get', tag: 'Operations', access: { kind: 'public' }, params: z.object({}), query: noQuery, body: { kind: 'none' }, ...spec });
  const once = <T>(make: () => T): (() => T) => {
    let made: T | undefined;
    return () => (made ??= make());
  };
  const routes: readonly Route[] = [
    get({ id: 'livez', path: '/livez', summary: 'Is the process alive?', answers: { 200: { description: 'It is.', schema: z.object({ status: z.literal('alive') }) } }, handle: async () => ({ status: 200, body: { status: 'alive' } }) }),
    get({
      id: 'readyz', path: '/readyz', summary: 'Can events be taken in?', answers: { 200: { description: 'Yes.', schema: readySchema }, 503: { description: 'No, and why.', schema: readySchema } },
      async handle() {
        const deadline = createDeadline(READY_TIMEOUT_MS);
        const asked = deps.isReady().catch((error: unknown) => [String(error).slice(0, 300)]);
        const settled = await Promise.race([asked, deadline.reached]);
        deadline.cancel();
        const reasons = settled === 'deadline' ? ['the store does not answer'] : settled;
        return reasons.length === 0 ? { status: 200, body: { status: 'ready', reasons } } : { status: 503, body: { status: 'not_ready', reasons }, headers: { 'retry-after': '1' } };
      },
    }),
    get({
      id: 'metrics', path: '/metrics', summary: 'Prometheus metrics', answers: { 200: { description: 'Text format.', mediaType: 'text/plain' } },
      handle: async () => ({ status: 200, text: await deps.metrics.metrics(), headers: { 'content-type': deps.metrics.contentType } }),
    }),
    get({
      id: 'openApi', path: '/openapi.json', summary: 'This document', answers: { 200: { description: 'OpenAPI 3.1.', schema: documentSchema } },
      handle: async () => ({ status: 200, text: documentText() }),
    }),
    get({
      id: 'messageSchema', path: '/schemas/message.json', summary: 'The message that destinations receive, as a JSON Schema', answers: { 200: { description: 'JSON Schema 2020-12.', schema: documentSchema, mediaType: 'application/schema+json' } },
      handle: async () => ({ status: 200, text: messageSchema(), headers: { 'content-type': 'application/schema+json' } }),
    }),
    get({
      id: 'asyncApi', path: '/asyncapi.json', summary: 'What destinations receive and how', answers: { 200: { description: 'AsyncAPI 3.0.', schema: documentSchema } },
      handle: async () => ({ status: 200, text: asyncApi() }),
    }),
    get({
      id: 'docs', path: '/docs', summary: 'This document as a page', answers: { 200: { description: 'A page without scripts.', mediaType: 'text/html' } },
      handle: async () => ({ status: 200, text: page(), headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': DOCS_POLICY } }),
    }),
  ];
  const openApi = once(() => buildOpenApi([...others, ...routes], deps.config.version));
  const documentText = once(() => JSON.stringify(openApi()));
  const messageSchema = once(() => JSON.stringify(messageSchemaDocument()));
  const asyncApi = once(() => JSON.stringify(asyncApiDocument(deps.config.version)));
  const page = once(() => docsPage(openApi()));
  return routes;
}
