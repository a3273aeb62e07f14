import { z } from 'zod';
import { jsonPointer } from '../problem/json-pointer.ts';
import { isKeep, isMask, SECRET_BYTES_MAX, type SecretInput } from './secret-schema.ts';

export const HEADER_COUNT_MAX = 50;
const HEADER_NAME_CHARS_MAX = 256;

/** RFC 9110 token. */
const NAME_PATTERN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Latin-1 without control characters, tab excepted: what an HTTP client sends unchanged. */
const VALUE_PATTERN = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Ours, or the connection's: set by a user they would break framing, identity or the documented request. undici takes the first four without a word. */
const FORBIDDEN_NAMES = new Set([
  'host', 'content-length', 'connection', 'transfer-encoding', 'cookie', 'set-cookie', 'keep-alive', 'te', 'trailer', 'upgrade', 'expect', 'via', 'forwarded', 'content-type',
  'content-encoding', 'accept-encoding', 'user-agent', 'http2-settings',
]);
const FORBIDDEN_PREFIXES = ['webhook-', 'hookline-', 'proxy-', 'sec-', 'x-forwarded-'];

/** Extra request headers, null = none of the stored ones either. Own object, so that any name arrives as it was sent. */
export const headersSchema: z.ZodType<Readonly<Record<string, SecretInput>> | null, Readonly<Record<string, SecretInput>> | null> = z
  .custom<Readonly<Record<string, SecretInput>> | null>()
  .superRefine((headers: unknown, context) => {
    for (const { name, code, message } of headerProblems(headers)) context.addIssue({ code: 'custom', path: name === null ? [] : [name], params: { code }, message });
  })
  .meta({
    type: ['object', 'null'],
    additionalProperties: { anyOf: [{ type: 'string' }, { type: 'object', properties: { set: { type: 'boolean', enum: [true] } }, required: ['set'] }, { type: 'null' }] },
    description: `Extra request headers, at most ${HEADER_COUNT_MAX}. Values are secrets: read back as {"set": true}; a name left out is kept, null removes it.`,
  });

interface HeaderProblem {
  readonly code: string;
  readonly message: string;
}

/** `name` null = the headers as a whole. */
function headerProblems(headers: unknown): (HeaderProblem & { readonly name: string | null })[] {
  if (headers === null) return [];
  if (typeof headers !== 'object' || Array.isArray(headers)) return [{ name: null, code: 'type', message: 'Must be an object.' }];
  const entries = Object.entries(headers);
  if (entries.length > HEADER_COUNT_MAX) return [{ name: null, code: 'too_many', message: `Must be at most ${HEADER_COUNT_MAX} headers.` }];
  const seen = new Set<string>();
  return entries.flatMap(([name, value]) => {
    const problem = nameProblem(name, seen) ?? valueProblem(value);
    seen.add(name.toLowerCase());
    return problem === null ? [] : [{ name, ...problem }];
  });
}

function nameProblem(name: string, seen: ReadonlySet<string>): HeaderProblem | null {
  const lower = name.toLowerCase();
  if (!NAME_PATTERN.test(name) || name.length > HEADER_NAME_CHARS_MAX) return { code: 'header_forbidden', message: 'Is not a header name.' };
  if (FORBIDDEN_NAMES.has(lower) || FORBIDDEN_PREFIXES.some((prefix) => lower.startsWith(prefix))) return { code: 'header_forbidden', message: 'This header is set by Hookline or by the connection.' };
  return seen.has(lower) ? { code: 'duplicate', message: 'Names of headers are the same in upper and lower case.' } : null;
}

function valueProblem(value: unknown): HeaderProblem | null {
  if (value === null || isKeep(value)) return null;
  if (typeof value !== 'string') return { code: 'type', message: 'Must be a string.' };
  if (isMask(value)) return { code: 'secret_masked', message: 'Is the mask of a secret, not a secret; send {"set": true} to keep the stored one.' };
  if (value.length > SECRET_BYTES_MAX) return { code: 'too_long', message: `Must be at most ${SECRET_BYTES_MAX} bytes.` };
  return VALUE_PATTERN.test(value) ? null : { code: 'header_value_invalid', message: 'Must be latin-1 without CR, LF, NUL and other control characters.' };
}

export function headerPointer(name: string): string {
  return jsonPointer('/request/headers', [name]);
}
