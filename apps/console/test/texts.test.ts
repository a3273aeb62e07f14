import { expect, it } from 'vitest';
import { safeNext } from '../src/session/safe-next.ts';
import { en } from '../src/text/en.ts';
import { ru } from '../src/text/ru.ts';

type Leaf = readonly [path: string, value: unknown];
const leaves = (value: unknown, path = ''): Leaf[] => (typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`)) : [[path, value]]);
const paths = (texts: unknown): string[] => leaves(texts).map(([path]) => path).sort();

it('both languages have the same words, and none is empty', () => {
  expect(paths(ru)).toEqual(paths(en));
  const said = [...leaves(en), ...leaves(ru)].map(([path, value]) => [path, typeof value === 'function' ? (value as (...args: unknown[]) => string)(2, 3) : value]);
  expect(said.filter(([, text]) => typeof text !== 'string' || text.trim() === '')).toEqual([]);
});

it('nothing stays English in Russian but names', () => {
  const russian = new Map(leaves(ru));
  const same = leaves(en).filter(([path, value]) => typeof value === 'string' && russian.get(path) === value && /[a-z]{4}/.test(value)).map(([path]) => path);
  expect(same).toEqual(['/editor/types/kafka', '/editor/clientId', '/editor/clientSecret', '/editor/scope', '/editor/durable', '/editor/autoDelete', '/families/email'].filter((path) => same.includes(path)));
});

it.each([['/hooks/hok_1?tab=dead', '/hooks/hok_1?tab=dead'], ['//evil.example', '/hooks'], ['/\\evil.example', '/hooks'], ['https://evil.example', '/hooks'], ['javascript:alert(1)', '/hooks'], ['/\t/evil.example', '/hooks'], ['/sign-in', '/hooks'], ['', '/hooks'], ['/..//evil.example', '/hooks']])('after signing in, %j leads to %s', (next, target) => {
  expect(safeNext(next)).toBe(target);
});
