import { LIMITS, parseJsonStrict, parseWithSchema } from '@hookline/core';
import type { Actor, Token } from '@hookline/store';
import { z } from 'zod';
import { authenticate } from '../auth/authenticate.ts';
import { resolveAccount } from '../auth/resolve-account.ts';
import { hasScope, type NeededScope } from '../auth/scopes.ts';
import { decodeContent, parseContentEncoding } from '../http/decode-content.ts';
import { readBody } from '../http/read-body.ts';
import { isRefusal, refuse, refuseProblems, type Refusal } from '../http/refusal.ts';
import { EDGE_LIMITS } from '../limits.ts';
import { defineRoute, type Answer, type Route } from '../route/route.ts';
import type { RouteContext } from '../routes/route-context.ts';

// The platform's own API, as its clients know it (contract.md 9.1): POST of JSON, the token in the body or in the Authorization header, and 200 whatever happened:
// `error` says it. Only what has nothing to do with the call itself keeps its status: a store that cannot accept (503), too many calls (429).

const UTF8 = new TextDecoder();
/** `error` for a status of ours; every other one says "bad request". */
const ERROR_OF_STATUS: Readonly<Record<number, number>> = { 401: 401, 403: 403 };
const BAD_REQUEST = 400;
const OWN_STATUS: ReadonlySet<number> = new Set([429, 500, 503]);

export interface CompatibleCall<B> {
  readonly accountId: number;
  readonly actor: Actor;
  /** Without `token` and `account_id`. */
  readonly body: B;
  /** The whole body as it came: members keep their bytes. */
  readonly text: string;
  readonly headers: Headers;
}

export interface CompatibleSpec<B> {
  readonly id: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly scope: NeededScope;
  /** Of the body besides `token` and `account_id`. */
  readonly schema: z.ZodType<B>;
  /** Fields of the answer besides `error` and `error_text`. */
  readonly answer: Readonly<Record<string, z.ZodType>>;
  /** Resolves with those fields. */
  handle(call: CompatibleCall<B>): Promise<Readonly<Record<string, unknown>> | Refusal>;
}

export function compatibleRoute<B>(context: RouteContext, spec: CompatibleSpec<B>): Route {
  const documented = z.looseObject({ token: z.string().optional(), account_id: z.int().optional() }).and(spec.schema);
  return defineRoute({
    id: spec.id, method: 'post', path: spec.path, tag: spec.tag, summary: spec.summary, access: { kind: 'compatible', scope: spec.scope }, params: z.object({}), query: z.object({}),
    body: { kind: 'json', schema: z.unknown(), documented },
    answers: { 200: { description: '`error` 0: done. Anything else: `error_text` says what is wrong.', schema: z.looseObject({ error: z.int(), error_text: z.string(), ...spec.answer }) } },
    async handle({ headers, stream }) {
      const done = await call(context, spec, headers, stream.body);
      return isRefusal(done) ? printRefusal(done) : { status: 200, body: { error: 0, error_text: '', ...done } };
    },
  });
}

async function call<B>(context: RouteContext, spec: CompatibleSpec<B>, headers: Headers, stream: ReadableStream<Uint8Array> | null): Promise<Readonly<Record<string, unknown>> | Refusal> {
  const encoding = parseContentEncoding(headers.get('content-encoding'));
  if (isRefusal(encoding)) return encoding;
  const bytesMax = LIMITS.eventBytesMax;
  const read = await readBody(stream, headers.get('content-length'), { bytesMax, timeoutMs: EDGE_LIMITS.bodyTimeoutMs, budget: context.budget });
  if (isRefusal(read)) return read;
  try {
    const bytes = await decodeContent(read.bytes, encoding, bytesMax);
    if (isRefusal(bytes)) return bytes;
    const parsed = parseJsonStrict(bytes);
    if (!parsed.ok) return refuseProblems(parsed.status, parsed.problems);
    if (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) return refuse(422, 'schema_object_expected', 'The body must be an object.');
    const { token: inBody, account_id: account, ...rest } = parsed.value as Readonly<Record<string, unknown>>;
    const token = authoriseCall(context, spec.scope, headers.get('authorization'), inBody);
    if (isRefusal(token)) return token;
    const accountId = resolveAccount(context.control.accounts, token, headers.get('hookline-account'), account);
    if (isRefusal(accountId)) return accountId;
    const body = parseWithSchema(spec.schema, rest);
    if (!body.ok) return refuseProblems(body.status, body.problems);
    return await spec.handle({ accountId, actor: { tokenId: token.id, userId: token.userId }, body: body.value, text: UTF8.decode(bytes), headers });
  } finally {
    read.release();
  }
}

function authoriseCall(context: RouteContext, scope: NeededScope, header: string | null, inBody: unknown): Token | Refusal {
  const presented = typeof inBody === 'string' ? `Bearer ${inBody}` : header;
  if (presented === null) return refuse(401, 'unauthenticated', 'Token required.');
  const token = authenticate(context.control.tokens, presented, context.clock.now());
  if (isRefusal(token)) return refuse(401, 'unauthenticated', 'The token is not valid.');
  return hasScope(token, scope) ? token : refuse(403, 'scope', `No permission: this needs the scope ${scope}.`);
}

function printRefusal(refusal: Refusal): Answer | Refusal {
  if (OWN_STATUS.has(refusal.status)) return refusal;
  const text = refusal.problems.map(({ path, message }) => (path === '' ? message : `${path.slice(1).replaceAll('/', '.')}: ${message}`)).join(' ');
  return { status: 200, body: { error: ERROR_OF_STATUS[refusal.status] ?? BAD_REQUEST, error_text: text } };
}
