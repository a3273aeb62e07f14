import { expect, it } from 'vitest';
import { createTokenBuckets } from './token-buckets.ts';

it('a bucket empties, and fills with time', () => {
  let now = 0;
  const buckets = createTokenBuckets({ perSecond: 2, burst: 3, bucketsMax: 10, now: () => now });
  const take = (count: number): boolean[] => Array.from({ length: count }, () => buckets.tryTake('a'));
  expect(take(4)).toEqual([true, true, true, false]);
  now += 500;
  expect(take(2)).toEqual([true, false]);
  now += 60_000;
  expect(take(4)).toEqual([true, true, true, false]);
});

it('many at once are a debt, and it is told how long it takes to make up', () => {
  let now = 0;
  const buckets = createTokenBuckets({ perSecond: 10, burst: 20, bucketsMax: 10, now: () => now });
  expect([buckets.waitMs('a'), buckets.tryTake('a', 100), buckets.tryTake('a'), buckets.waitMs('a')]).toEqual([0, true, false, 8_100]);
  now += 8_099;
  expect([buckets.waitMs('a'), buckets.tryTake('a')]).toEqual([1, false]);
  now += 1;
  expect([buckets.waitMs('a'), buckets.tryTake('a', 5)]).toEqual([0, true]);
});

it('keys are apart, and the one that was used longest ago is forgotten first', () => {
  const buckets = createTokenBuckets({ perSecond: 1, burst: 1, bucketsMax: 2, now: () => 0 });
  expect(['a', 'b', 'a', 'b'].map((key) => buckets.tryTake(key))).toEqual([true, true, false, false]);
  expect(['a', 'c', 'a', 'b'].map((key) => buckets.tryTake(key))).toEqual([false, true, false, true]);
});

it('no rate is no limit', () => {
  const buckets = createTokenBuckets({ perSecond: 0, burst: 0, bucketsMax: 1, now: () => 0 });
  expect(Array.from({ length: 1_000 }, () => buckets.tryTake('a')).every(Boolean)).toBe(true);
});
