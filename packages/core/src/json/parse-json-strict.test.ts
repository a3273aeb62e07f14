import { describe, expect, it } from 'vitest';
import { LIMITS } from './limits.ts';
import { parseItemsStrict, parseJsonStrict } from './parse-json-strict.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const codes = (body: Uint8Array | string, limits = {}) => {
  const parsed = parseJsonStrict(body, limits);
  return parsed.ok ? 'ok' : `${parsed.status} ${parsed.problems.map(({ code, path }) => `${code} ${path}`).join(', ')}`;
};

describe('parseJsonStrict', () => {
  it('gives the value, of any kind', () => {
    expect(['{"a":[1,"é",null]}', ' "x" ', 'false', '-0.5e1'].map((text) => parseJsonStrict(bytes(text)))).toEqual([{ a: [1, 'é', null] }, 'x', false, -5].map((value) => ({ ok: true, value })));
  });

  it('takes text as well as bytes', () => {
    expect(parseJsonStrict('{"é":"🚀"}')).toEqual({ ok: true, value: { é: '🚀' } });
    expect(codes('"\ud800"')).toBe('400 string_ill_formed ');
  });

  it('keeps __proto__ as plain data', () => {
    const parsed = parseJsonStrict('{"__proto__":{"polluted":1}}');
    expect(parsed.ok && Object.keys(parsed.value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each([
    ['', '400 json_invalid '], ['{', '400 json_invalid '], ['{} {}', '400 json_invalid '], ['\uFEFF{}', '400 json_invalid '], [`${'['.repeat(32)}${']'.repeat(32)}`, 'ok'],
    [`${'['.repeat(33)}${']'.repeat(33)}`, '400 json_too_deep '], ['{"a":{"b":1,"b":1e999}}', '400 duplicate_key /a/b, number_out_of_range /a/b'], [`["${'x'.repeat(65_537)}"]`, '413 body_too_large /0'],
    [`[${'0,'.repeat(20_000)}0]`, '400 too_many_nodes /19999'],
  ])('%# answers %s', (text, expected) => {
    expect(codes(text)).toBe(expected);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(codes(Uint8Array.of(0x22, 0xff, 0x22))).toBe('400 utf8_invalid ');
  });

  it('takes other limits', () => {
    const text = `{"html":"${'x'.repeat(100_000)}"}`;
    expect(codes(text, { stringBytesMax: LIMITS.contentBytesMax })).toBe('ok');
    expect(codes(text, { stringBytesMax: LIMITS.contentBytesMax, itemBytesMax: 100_000, tooLargeCode: 'content_too_large' })).toBe('422 content_too_large ');
  });
});

describe('parseItemsStrict', () => {
  const results = (body: string, form: 'json' | 'ndjson') => {
    const parsed = parseItemsStrict(bytes(body), form, 3, { itemBytesMax: 20, tooLargeCode: 'profile_too_large' });
    return parsed.ok ? parsed.value.items.map(({ path, result }) => (result.ok ? result.value : `${result.status} ${result.problems[0]?.code} ${path}`)) : parsed.problems[0]?.code;
  };

  it('keeps trouble with one item to that item', () => {
    expect(results('[{"a":1},{"a":1,"a":2},2]', 'json')).toEqual([{ a: 1 }, '400 duplicate_key /1', '400 schema_object_expected /2']);
    expect(results('{"a":1}\n{"a\n{"a":"xxxxxxxxxxxxxxxxxxxxx"}', 'ndjson')).toEqual([{ a: 1 }, '400 json_invalid /1', '413 profile_too_large /2']);
    expect(results('{"a":1}', 'json')).toEqual([{ a: 1 }]);
  });

  it('refuses what cannot be read as a whole', () => {
    expect([results('[{"a":1},{"a"]', 'json'), results('[{},{},{},{}]', 'json'), results('{}\n{}\n{}\n{}', 'ndjson')]).toEqual(['json_invalid', 'batch_too_many', 'batch_too_many']);
  });
});
