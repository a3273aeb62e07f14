import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonMembers } from './json-members.ts';
import { parseJsonStrict } from './parse-json-strict.ts';

/** JSON text of any value, with white space of any kind between tokens. */
const jsonText = fc.tuple(fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }), fc.constantFrom('', ' ', '\n\t', '\r\n')).map(([value, space]) =>
  space === '' ? JSON.stringify(value) : JSON.stringify(value, null, 1).replaceAll('\n', space));

/** Pieces of JSON in an order that makes no sense, most of the time. */
const rubble = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"a"', '\\', '\\u00e9', '\\ud83d\\ude80', '0', '1', '-', '.', 'e', 'E+', '12', 'true', 'false', 'null', ' ', '\n', '\t', '\u0001', 'é', '🚀', '//', "'"), { maxLength: 12 }).map((pieces) => pieces.join(''));

/** JSON with one thing cut out, put in or replaced. */
const damaged = fc.tuple(jsonText, fc.nat(), fc.nat({ max: 2 }), rubble).map(([text, place, cut, piece]) => {
  const at = place % (text.length + 1);
  return `${text.slice(0, at)}${piece}${text.slice(at + cut)}`.toWellFormed();
});

function parse(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

describe('the scanner beside JSON.parse', () => {
  it('takes what JSON.parse takes and JSON.stringify wrote, with the same value', () => {
    fc.assert(fc.property(jsonText, (text) => {
      const parsed = parseJsonStrict(text);
      // Keys that differ by normal form only are one key to us.
      fc.pre(parsed.ok || parsed.problems.some(({ code }) => code !== 'duplicate_key'));
      expect(parsed).toEqual({ ok: true, value: JSON.parse(text) });
    }), { numRuns: 1_000 });
  });

  it('calls exactly that not JSON which JSON.parse cannot read, and refuses the rest by rules of its own only', () => {
    fc.assert(fc.property(fc.oneof(damaged, rubble), (text) => {
      const parsed = parseJsonStrict(text);
      const expected = parse(text);
      const isJson = parsed.ok || !parsed.problems.some(({ code }) => code === 'json_invalid');
      expect(isJson).toBe(expected !== null);
      expect(parsed.ok ? parsed.value : expected?.value).toEqual(expected?.value);
    }), { numRuns: 5_000 });
  });

  it('refuses exactly the objects that have fewer members than keys', () => {
    const keys = fc.array(fc.constantFrom('a', 'b', 'é', 'e\u0301', '', '0', '1', '__proto__', 'constructor', 'costarring', 'liquid', '\u0000'), { maxLength: 5 });
    fc.assert(fc.property(keys, fc.integer({ min: 0, max: 60 }), (names, more) => {
      const all = [...names, ...Array.from({ length: more }, (_, n) => `more${n}`)];
      const parsed = parseJsonStrict(`[{${all.map((name) => `${JSON.stringify(name)}:{"a":1}`).join(',')}}]`);
      expect(parsed.ok).toBe(new Set(all.map((name) => name.normalize('NFC'))).size === all.length);
    }), { numRuns: 1_000 });
  });
});

describe('jsonMembers', () => {
  it('finds every member of an object, with or without its closing brace', () => {
    const object = fc.uniqueArray(fc.tuple(fc.string({ unit: 'grapheme' }), jsonText), { selector: ([key]) => key });
    fc.assert(fc.property(object, fc.constantFrom('', ' ', '\n'), fc.boolean(), (members, space, isClosed) => {
      const text = `${space}{${members.map(([key, value]) => `${space}${JSON.stringify(key)}${space}:${space}${value}${space}`).join(',')}${isClosed ? `${space}}` : ''}`;
      expect(jsonMembers(text).map(({ key, keyStart, keyEnd, valueStart, valueEnd }) => [key, text.slice(keyStart, keyEnd), text.slice(valueStart, valueEnd)])).toEqual(members.map(([key, value]) => [key, JSON.stringify(key), value]));
    }), { numRuns: 1_000 });
  });
});
