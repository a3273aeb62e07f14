import { z } from 'zod';
import type { RouteDescription } from '../route/route.ts';
import { errorSchema } from '../schemas/common-schemas.ts';

// OpenAPI 3.1 speaks JSON Schema 2020-12, which is what zod prints: the document is made of the very schemas that validate.

type Json = Record<string, unknown>;

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Json;
}

export function buildOpenApi(routes: readonly RouteDescription[], version: string): OpenApiDocument {
  const schemas: Json = {};
  const print = (schema: z.ZodType, io: 'input' | 'output'): Json => hoist(z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json, schemas);
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = printOperation(route, print);
  return {
    openapi: '3.1.0',
    info: { title: 'Hookline', version, description: "Delivers a marketing platform's events to account owners' systems." },
    paths,
    components: { schemas, securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'hl_…' } } },
  };
}

const ACCOUNT_IN_BODY = { type: 'integer', description: 'Platform tokens: the account, unless the header hookline-account names it.' } as const;

type Print = (schema: z.ZodType, io: 'input' | 'output') => Json;

function printOperation(route: RouteDescription, print: Print): Json {
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    description: describeAccess(route),
    parameters: [...printParameters(route.params, 'path', print), ...printParameters(route.query, 'query', print), ...headerParameters(route)],
    ...printBody(route, print),
    responses: { ...printAnswers(route, print), ...(route.access.kind === 'public' && !route.path.startsWith('/v1/') ? {} : { default: { description: 'Refused.', content: jsonOf(print(errorSchema, 'output')) } }) },
    security: route.access.kind === 'public' ? [] : [{ token: [] }],
  };
}

function describeAccess({ access }: RouteDescription): string {
  switch (access.kind) {
    case 'public':
      return 'Needs no token.';
    case 'own':
      return 'Scope events:write.';
    case 'compatible':
      return `Scope ${access.scope}. The token stands in the body or in the Authorization header; whatever happened, the status is 200 and \`error\` says it (0 = success).`;
    case 'platform':
      return 'Platform tokens only.';
    case 'account':
      return `Scope ${access.scope}${access.master ? ', master' : ''}.`;
  }
}

function printParameters(schema: z.ZodType, place: 'path' | 'query', print: Print): Json[] {
  const { properties = {}, required = [] } = print(schema, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({ name, in: place, required: place === 'path' || required.includes(name), ...(description === undefined ? {} : { description }), schema: rest }));
}

function headerParameters(route: RouteDescription): Json[] {
  const headers: Json[] = [];
  if (route.access.kind === 'own') headers.push({ name: 'idempotency-key', in: 'header', description: 'Makes the whole request idempotent.', schema: { type: 'string', maxLength: 255 } });
  if (route.access.kind !== 'public' && route.access.kind !== 'platform') headers.push({ name: 'hookline-account', in: 'header', description: 'Platform tokens: the account.', schema: { type: 'integer' } });
  if (route.method === 'put' || route.method === 'patch' || route.method === 'delete') headers.push({ name: 'if-match', in: 'header', description: 'The version that is to be changed; 409 where it is another.', schema: { type: 'string' } });
  return headers;
}

function printBody({ body }: RouteDescription, print: Print): Json {
  if (body.kind === 'none') return {};
  if (body.kind === 'json') {
    const schema = print(body.documented ?? body.schema, 'input');
    const whole = body.accountInBody ? { ...schema, properties: { ...(schema['properties'] as Json | undefined), account_id: ACCOUNT_IN_BODY } } : schema;
    return { requestBody: { required: body.optional !== true, content: { [body.mediaType ?? 'application/json']: { schema: whole } } } };
  }
  const schema = print(body.schema, 'input');
  return { requestBody: { required: true, content: { 'application/json': { schema }, 'application/x-ndjson': { schema: { type: 'string', description: 'One item a line.' } } } } };
}

function printAnswers({ answers }: RouteDescription, print: Print): Json {
  return Object.fromEntries(Object.entries(answers).map(([status, { description, schema, mediaType }]) => {
    const isText = mediaType !== undefined && schema === undefined;
    const printed = isText ? { type: 'string' } : schema && print(schema, 'output');
    const content = printed && { [mediaType ?? 'application/json']: { schema: printed } };
    return [status, { description, ...(content === undefined ? {} : { content }) }];
  }));
}

const jsonOf = (schema: Json): Json => ({ 'application/json': { schema } });

/** Named schemas move to the components of the document, where references find them. */
function hoist(schema: Json, schemas: Json): Json {
  const { $defs = {}, $schema: _, ...rest } = JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as { $defs?: Json; $schema?: unknown };
  for (const [name, definition] of Object.entries($defs)) schemas[name] = withoutId(definition as Json);
  const { id } = rest as { id?: unknown };
  if (typeof id !== 'string') return rest;
  schemas[id] = withoutId(rest);
  return { $ref: `#/components/schemas/${id}` };
}

function withoutId({ id: _, ...schema }: Json): Json {
  return schema;
}
