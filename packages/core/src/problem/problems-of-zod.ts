// One vocabulary of codes for every schema of the API. Zod says what it saw only in its English message and never hands the input out, which suits us: no
// problem can carry a secret. A missing key is told from a wrong type by that message ("received undefined"); a test pins it.

import type { z } from 'zod';
import { LIMITS } from '../json/limits.ts';
import { jsonPointer } from './json-pointer.ts';
import type { Parsed, Problem } from './problem.ts';

/** Keys come from the sender and stand in messages; longer ones are cut. */
const MESSAGE_CHARS_MAX = 300;

const REQUIRED_MESSAGE = 'required, received undefined';

/** For a rule of a schema's own: `refine(isRight, issueParams(code, message))`. */
export function issueParams(code: string, message: string): { readonly params: { readonly code: string }; readonly error: string } {
  return { params: { code }, error: message };
}

/**
 * All problems of a failed parse, at most `LIMITS.problemsMax`, with pointers below `basePath`. Codes: `required`, `type`, `invalid_value`, `unknown_field`, `range`
 * (numbers), `too_short`/`too_long` (text), `too_few`/`too_many` (lists), `format`, and whatever a schema's own rule names in `params.code`.
 */
export function problemsOfZod(error: { readonly issues: readonly z.core.$ZodIssue[] }, basePath = ''): Problem[] {
  const problems: Problem[] = [];
  for (const issue of error.issues) {
    for (const problem of problemsOfIssue(issue, basePath)) {
      if (problems.length === LIMITS.problemsMax) return problems;
      problems.push(problem);
    }
  }
  return problems;
}

/** Parses by a schema. The status is 422: it could be read, but it is not valid. */
export function parseWithSchema<T extends z.ZodType>(schema: T, json: unknown, basePath = ''): Parsed<z.output<T>> {
  const result = schema.safeParse(json, { error: (issue) => (issue.input === undefined || lacksDiscriminator(issue) ? REQUIRED_MESSAGE : undefined) });
  return result.success ? { ok: true, value: result.data } : { ok: false, status: 422, problems: problemsOfZod(result.error, basePath) };
}

function problemsOfIssue(issue: z.core.$ZodIssue, basePath: string): Problem[] {
  const path = jsonPointer(basePath, issue.path);
  const one = (code: string, message: string): Problem[] => [{ path, code, message: message.slice(0, MESSAGE_CHARS_MAX) }];
  if (isMissing(issue)) return one('required', 'This field is required.');
  switch (issue.code) {
    case 'invalid_type':
      return one('type', `Must be ${article(issue.expected)}.`);
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: jsonPointer(path, [key]), code: 'unknown_field', message: `There is no field ${JSON.stringify(key.slice(0, 64))} here.` }));
    case 'invalid_value':
      return one('invalid_value', `Must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}.`);
    case 'too_big':
      return one(SIZE_CODES[sizeOf(issue.origin)].above, `Must be at most ${issue.maximum}${UNIT[sizeOf(issue.origin)]}.`);
    case 'too_small':
      return one(SIZE_CODES[sizeOf(issue.origin)].below, `Must be at least ${issue.minimum}${UNIT[sizeOf(issue.origin)]}.`);
    case 'invalid_union':
      return problemsOfUnion(issue, path);
    case 'custom':
      return one(typeof issue.params?.code === 'string' ? issue.params.code : 'invalid_value', issue.message);
    default:
      return one('format', issue.message);
  }
}

/** Of a union's alternatives the one that fits on the outside explains best; where none does, the type as a whole is wrong. */
function problemsOfUnion(issue: z.core.$ZodIssueInvalidUnion, path: string): Problem[] {
  if (issue.discriminator !== undefined) return [{ path, code: 'invalid_value', message: issue.message.slice(0, MESSAGE_CHARS_MAX) }];
  const fitting = issue.errors.find((issues) => issues.length > 0 && issues.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys'));
  if (fitting !== undefined) return problemsOfZod({ issues: fitting }, path);
  return [{ path, code: 'type', message: 'Has a type that is not possible here.' }];
}

function lacksDiscriminator(issue: z.core.$ZodRawIssue): boolean {
  if (issue.code !== 'invalid_union' || typeof issue.discriminator !== 'string') return false;
  return typeof issue.input === 'object' && issue.input !== null && !Object.hasOwn(issue.input, issue.discriminator);
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  if (issue.code === 'invalid_union' && issue.discriminator === undefined) return issue.errors.length > 0 && issue.errors.every((issues) => issues.some((inner) => inner.path.length === 0 && isMissing(inner)));
  return issue.message.endsWith('received undefined');
}

type Size = 'number' | 'text' | 'list';
const SIZE_CODES: Readonly<Record<Size, { readonly above: string; readonly below: string }>> = {
  number: { above: 'range', below: 'range' },
  text: { above: 'too_long', below: 'too_short' },
  list: { above: 'too_many', below: 'too_few' },
};
const UNIT: Readonly<Record<Size, string>> = { number: '', text: ' characters', list: ' entries' };

function sizeOf(origin: string): Size {
  if (origin === 'string') return 'text';
  return origin === 'array' || origin === 'set' || origin === 'map' || origin === 'object' || origin === 'record' ? 'list' : 'number';
}

function article(expected: string): string {
  if (expected === 'int') return 'an integer';
  if (expected === 'record') return 'an object';
  return `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`;
}
