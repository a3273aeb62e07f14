import { describe, expect, it } from 'vitest';
import { createTombstoneFilter } from './tombstone-filter.ts';

describe('the tombstone filter', () => {
  it('never denies what was added', () => {
    const filter = createTombstoneFilter();
    const keys = Array.from({ length: 100_000 }, (_, index) => `1/2/p${index}`);
    for (const key of keys) filter.add(key);
    expect(keys.filter((key) => !filter.mayHave(key))).toEqual([]);
  });

  it('denies nearly everything else', () => {
    const filter = createTombstoneFilter();
    expect(filter.mayHave('1/2/p0')).toBe(false);
    for (let index = 0; index < 100_000; index++) filter.add(`1/2/p${index}`);
    const wrong = Array.from({ length: 100_000 }, (_, index) => `1/2/q${index}`).filter((key) => filter.mayHave(key));
    expect(wrong.length).toBeLessThan(100);
  });
});
