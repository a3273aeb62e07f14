import { z } from 'zod';
import { expect, it } from 'vitest';
import { issueParams, parseWithSchema, problemsOfZod } from './problems-of-zod.ts';

const schema = z.strictObject({
  text: z.string().min(2).max(3).refine((text) => text !== 'no', issueParams('own_rule', 'Not this.')),
  number: z.int().min(1).max(5),
  list: z.array(z.boolean()).min(1).max(2),
  one: z.enum(['a', 'b']),
  union: z.union([z.string(), z.strictObject({ set: z.literal(true) })]),
  tagged: z.discriminatedUnion('type', [z.strictObject({ type: z.literal('x'), 'a/b': z.string() }), z.strictObject({ type: z.literal('y') })]),
  url: z.email(),
});
const right = { text: 'abc', number: 1, list: [true], one: 'a', union: 'x', tagged: { type: 'y' }, url: 'a@b.com' };
const problemsOf = (body: unknown) => {
  const parsed = parseWithSchema(schema, body, '/in');
  return parsed.ok ? [] : parsed.problems.map((problem) => `${problem.path} ${problem.code}`);
};

it.each<[object, string[]]>([
  [{}, []],
  [{ text: 'a' }, ['/in/text too_short']], [{ text: 'abcd' }, ['/in/text too_long']], [{ text: 'no' }, ['/in/text own_rule']], [{ text: 1 }, ['/in/text type']], [{ text: null }, ['/in/text type']],
  [{ number: 0 }, ['/in/number range']], [{ number: 6 }, ['/in/number range']], [{ number: 1.5 }, ['/in/number type']], [{ number: '1' }, ['/in/number type']],
  [{ list: [] }, ['/in/list too_few']], [{ list: [true, true, true] }, ['/in/list too_many']], [{ list: [1, 'x'] }, ['/in/list/0 type', '/in/list/1 type']],
  [{ one: 'c' }, ['/in/one invalid_value']], [{ union: 1 }, ['/in/union type']], [{ union: { set: false } }, ['/in/union/set invalid_value']], [{ union: { set: true, x: 1 } }, ['/in/union/x unknown_field']],
  [{ tagged: {} }, ['/in/tagged/type required']], [{ tagged: { type: 'z' } }, ['/in/tagged/type invalid_value']], [{ tagged: { type: 'x' } }, ['/in/tagged/a~1b required']], [{ tagged: 1 }, ['/in/tagged type']], [{ url: 'x' }, ['/in/url format']],
  [{ 'm~n/o': 1, text: 1 }, ['/in/text type', '/in/m~0n~1o unknown_field']],
])('%j', (changes, expected) => {
  expect(problemsOf({ ...right, ...changes })).toEqual(expected);
});

it('tells what is missing from what is wrong', () => {
  expect(problemsOf({})).toEqual(Object.keys(right).map((key) => `/in/${key} required`));
  expect(problemsOf(undefined)).toEqual(['/in required']);
  expect(problemsOf([])).toEqual(['/in type']);
});

it('works on an error that somebody else made, where only missing texts and numbers show', () => {
  const { error } = schema.safeParse({ text: 1 });
  expect(problemsOfZod(error ?? { issues: [] }).map((problem) => `${problem.path} ${problem.code}`)).toContain('/number required');
});

it('names at most a hundred, and cuts keys in messages', () => {
  const body = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`${'k'.repeat(1_000)}${index}`, 1]));
  const parsed = parseWithSchema(z.strictObject({}), body);
  expect(parsed.ok ? [] : parsed.problems).toHaveLength(100);
  expect(parsed.ok ? 0 : Math.max(...parsed.problems.map((problem) => problem.message.length))).toBeLessThan(300);
});
