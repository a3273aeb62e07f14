import { expect, it } from 'vitest';
import { setJsonMembers } from './set-json-members.ts';

const set = (object: string, values: Record<string, string>): string => setJsonMembers(object, new Map(Object.entries(values)));

it.each<[object: string, values: Record<string, string>, result: string]>([
  ['{}', {}, '{}'],
  [' { } ', { a: '1' }, ' {"a":1 } '],
  ['{"a":1}', { b: '2', c: '"x"' }, '{"a":1,"b":2,"c":"x"}'],
  ['{ "a" : 1.0 , "b":[ 2 ] }', { b: '9007199254740993' }, '{ "a" : 1.0 , "b":9007199254740993 }'],
  ['{"a":{"b":1},"b":2}', { b: '{}' }, '{"a":{"b":1},"b":{}}'],
  ['{"\\u0061":1}', { a: '2' }, '{"\\u0061":2}'],
  ['{"a":1,"b":2}', { b: '3', a: '4' }, '{"a":4,"b":3}'],
  ['{"__proto__":1}', { toString: '2' }, '{"__proto__":1,"toString":2}'],
])('%s with %j is %s', (object, values, result) => {
  expect(set(object, values)).toBe(result);
  expect(() => JSON.parse(result)).not.toThrow();
});
