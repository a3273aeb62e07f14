import { LIMITS, parseJsonStrict } from '@hookline/core';
import type { z } from 'zod';
import { decodeContent, parseContentEncoding } from '../http/decode-content.ts';
import { parseMediaType } from '../http/media-type.ts';
import type { ByteBudget } from '../http/byte-budget.ts';
import { isRefusal, refuse, refuseProblems, type Refusal } from '../http/refusal.ts';
import { readBody } from '../http/read-body.ts';
import { EDGE_LIMITS } from '../limits.ts';
import type { BodySpec } from './route.ts';

const UTF8 = new TextDecoder();
/** Read of a body without a type before it is refused. */
const UNTYPED_BYTES_MAX = 64 * 1024;

/** bad-input.md C5, C12. */
const INVALID_IN_HOOKS: ReadonlySet<string> = new Set(['duplicate_key', 'key_too_long', 'too_many_keys', 'too_many_nodes', 'too_long']);

/** A body that was read whole. `release` gives its bytes back to the budget, after the answer. */
export interface WholeBody {
  readonly text: string;
  readonly value: unknown;
  readonly release: () => void;
}

/** Reads a JSON body strictly: type, encoding, size, UTF-8, one meaning. */
export async function readJsonBody(request: Request, spec: Extract<BodySpec<unknown>, { kind: 'json' }>, budget: ByteBudget): Promise<WholeBody | Refusal> {
  const bytesMax = spec.bytesMax ?? LIMITS.bodyBytesMax;
  const contentType = request.headers.get('content-type');
  const noBody = request.body === null || request.headers.get('content-length') === '0';
  // A POST without a body may come with neither a type nor a length: only reading tells that there is none.
  if (spec.optional && (noBody || contentType === null)) return readNothing(request, budget);
  const format = parseMediaType(contentType, ['json']);
  if (isRefusal(format)) return format;
  const encoding = parseContentEncoding(request.headers.get('content-encoding'));
  if (isRefusal(encoding)) return encoding;
  const read = await readBody(request.body, request.headers.get('content-length'), { bytesMax, timeoutMs: EDGE_LIMITS.bodyTimeoutMs, budget });
  if (isRefusal(read)) return read;
  const failed = (refusal: Refusal): Refusal => {
    read.release();
    return refusal;
  };
  const bytes = await decodeContent(read.bytes, encoding, bytesMax);
  if (isRefusal(bytes)) return failed(bytes);
  if (spec.optional && bytes.byteLength === 0) return { text: '{}', value: {}, release: read.release };
  const parsed = parseJsonStrict(bytes, { ...(spec.stringBytesMax !== undefined && { stringBytesMax: spec.stringBytesMax }), ...(spec.isHook && { tooLargeCode: 'too_long' }) });
  if (!parsed.ok) return failed(refuseProblems(spec.isHook && parsed.problems.every(({ code }) => INVALID_IN_HOOKS.has(code)) ? 422 : parsed.status, parsed.problems));
  return { text: UTF8.decode(bytes), value: parsed.value, release: read.release };
}

async function readNothing(request: Request, budget: ByteBudget): Promise<WholeBody | Refusal> {
  const read = await readBody(request.body, request.headers.get('content-length'), { bytesMax: UNTYPED_BYTES_MAX, timeoutMs: EDGE_LIMITS.bodyTimeoutMs, budget });
  if (isRefusal(read)) return read;
  read.release();
  return read.bytes.byteLength === 0 ? { text: '{}', value: {}, release() {} } : refuse(415, 'media_type_unsupported', 'The content type must be application/json.');
}

/** The query as an object. A name that comes twice has two meanings. */
export function parseQuery<T>(schema: z.ZodType<T>, search: URLSearchParams): T | Refusal {
  const query: Record<string, string> = {};
  for (const [name, value] of search) {
    if (Object.hasOwn(query, name)) return refuse(422, 'parameter_repeated', `The query parameter ${printName(name)} comes twice.`);
    Object.defineProperty(query, name, { value, enumerable: true });
  }
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  return refuseProblems(422, parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((name) => ({ path: '', code: 'unknown_parameter', message: `There is no query parameter ${printName(name)} here.` }))
      : [{ path: '', code: 'parameter_invalid', message: `The query parameter ${printName(String(issue.path[0] ?? ''))} is not valid: ${issue.message}.` }]));
}

const printName = (name: string): string => JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);

const IF_MATCH = /^"?([0-9]{1,15})"?$/;

/** The version an `If-Match` names; null = none, or any. */
export function parseIfMatch(header: string | null): number | null | Refusal {
  if (header === null || header.trim() === '*') return null;
  const version = IF_MATCH.exec(header.trim())?.[1];
  return version === undefined ? refuse(400, 'if_match_invalid', 'If-Match must be one version in quotes.') : Number(version);
}
