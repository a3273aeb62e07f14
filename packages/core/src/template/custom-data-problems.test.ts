import { describe, expect, it } from 'vitest';
import { customDataProblems } from './custom-data-problems.ts';

const PROTO_KEY = JSON.parse('{"__proto__":"{{uuid}}","constructor":"x"}') as Record<string, string>;
const fieldsNamed = (count: number): string[] => Array.from({ length: count }, (_, index) => `f${index}`);
const templateOf = (count: number): Record<string, string> => Object.fromEntries(fieldsNamed(count).map((name) => [`t${name}`, 'x']));

describe('custom data of a hook', () => {
  it.each<[string, readonly string[], Record<string, string>]>([
    ['nothing at all', [], {}],
    ['a thousand keys', fieldsNamed(1), templateOf(999)],
    ['a key of 256 bytes', ['é'.repeat(128)], { ['k'.repeat(256)]: 'x' }],
    ['a value of 64 KiB', [], { key: 'é'.repeat(32 * 1024) }],
    ['words of JavaScript as keys', ['__proto__', 'toString'], PROTO_KEY],
    ['a key that is also a field', ['email'], { email: '{{uuid}}' }],
  ])('%s can be saved', (_name, fields, template) => {
    expect(customDataProblems({ fields, template }, '/custom_data')).toEqual([]);
  });

  it.each<[string, readonly string[], Record<string, string>, readonly (readonly [string, string])[]]>([
    ['too many template keys', [], templateOf(1001), [['custom_data_too_many_keys', '/custom_data']]],
    ['too many together', fieldsNamed(2), templateOf(999), [['custom_data_too_many_keys', '/custom_data']]],
    ['an empty key', [], { '': 'x' }, [['custom_data_key_length', '/custom_data/template/']]],
    ['an empty field', [''], {}, [['custom_data_key_length', '/custom_data/fields/0']]],
    ['a key of 257 bytes', [], { [`x${'é'.repeat(128)}`]: 'x' }, [['custom_data_key_length', `/custom_data/template/x${'é'.repeat(128)}`]]],
    ['a value over 64 KiB', [], { key: `${'é'.repeat(32 * 1024)}x` }, [['custom_data_value_too_long', '/custom_data/template/key']]],
    ['a field twice', ['a', 'b', 'a'], {}, [['custom_data_field_duplicate', '/custom_data/fields/2']]],
    ['wrong names, all of them, at keys with slashes too', [''], { 'a/b~c': '{{nope}}', d: '{{uuid}} {{x}}{{y}}' }, [
      ['custom_data_key_length', '/custom_data/fields/0'], ['template_unknown', '/custom_data/template/a~1b~0c'],
      ['template_unknown', '/custom_data/template/d'], ['template_unknown', '/custom_data/template/d'],
    ]],
  ])('%s is refused', (_name, fields, template, expected) => {
    expect(customDataProblems({ fields, template }, '/custom_data').map(({ code, path }) => [code, path])).toEqual(expected);
  });
});
