import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeExactText, encodeExactText } from './exact-text.ts';

const anyText = fc.string({ unit: fc.oneof(fc.constantFrom('\0', '\u0001', '\ud800', '\udc00', '"'), fc.string({ unit: 'binary', maxLength: 2 })) });

it('stored text comes back exactly, and is one that the database takes', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const stored = encodeExactText(text);
      expect(decodeExactText(stored)).toBe(text);
      expect([stored.includes('\0'), stored.isWellFormed()]).toEqual([false, true]);
    }),
  );
});

it('different texts are stored differently', () => {
  fc.assert(fc.property(anyText, anyText, (left, right) => void expect(encodeExactText(left) === encodeExactText(right)).toBe(left === right)));
});
