import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodePositions, encodePositions } from './positions-text.ts';

/** Ascending positions in which runs without gaps are as common as in a log. */
const positions = fc
  .array(fc.tuple(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2 ** 40 })), fc.integer({ min: 0, max: 40 })), { minLength: 1, maxLength: 30 })
  .map((steps) => {
    const out: number[] = [];
    let at = 0;
    for (const [gap, run] of steps) {
      at += gap;
      out.push(at);
      for (let i = 0; i < run; i++) out.push(++at);
    }
    return out;
  });

it('gives back what went in', () => {
  fc.assert(
    fc.property(positions, (list) => {
      expect(decodePositions(encodePositions(list))).toEqual(list);
    }),
  );
});

it('takes the largest position there is, and a unit without any', () => {
  const list = [1, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER];
  expect(decodePositions(encodePositions(list))).toEqual(list);
  expect(decodePositions(encodePositions([]))).toEqual([]);
});

it('is short for what lies together', () => {
  expect(encodePositions(Array.from({ length: 1_000 }, (_, i) => i + 1))).toBe('1,*rr');
});
