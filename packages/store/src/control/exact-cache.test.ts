import { describe, expect, it } from 'vitest';
import { createExactCache, lookUpThrough } from './exact-cache.ts';

type Value = { readonly text: string };
const make = (entryCountMax = 100) => createExactCache<Value>({ entryCountMax, bytesMax: 1_000_000, bytesOf: ({ text }) => text.length });
const values = (...keys: string[]): Map<string, Value> => new Map(keys.map((key) => [key, { text: key }]));

describe('an exact cache', () => {
  it('keeps what a lookup read, until a write ends', () => {
    const cache = make();
    cache.lease(['a']).fill(values('a'));
    expect(cache.get('a')).toEqual({ text: 'a' });
    cache.invalidate('a');
    expect(cache.get('a')).toBeUndefined();
  });

  it('does not keep what a write ended upon while it was read, and keeps the rest', () => {
    const cache = make();
    const lease = cache.lease(['a', 'b']);
    cache.invalidate('a');
    lease.fill(values('a', 'b'));
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, { text: 'b' }]);
  });

  it('keeps what is read after that write', () => {
    const cache = make();
    const before = cache.lease(['a']);
    cache.invalidate('a');
    cache.lease(['a']).fill(values('a'));
    before.fill(new Map([['a', { text: 'older' }]]));
    expect(cache.get('a')).toEqual({ text: 'a' });
  });

  it('forgets all when told so, what is being read too', () => {
    const cache = make();
    cache.lease(['a']).fill(values('a'));
    const lease = cache.lease(['b']);
    cache.clear();
    lease.fill(values('b'));
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, undefined]);
  });

  it('is bounded', () => {
    const cache = make(2);
    cache.lease(['a', 'b', 'c']).fill(values('a', 'b', 'c'));
    expect(['a', 'b', 'c'].map((key) => cache.get(key) === undefined)).toEqual([true, false, false]);
  });

  it('is read through once for all that is missing', async () => {
    const cache = make();
    const reads: (readonly string[])[] = [];
    const read = async (missing: readonly string[]): Promise<Map<string, Value>> => {
      reads.push(missing);
      return values(...missing);
    };
    await lookUpThrough(cache, ['a', 'b', 'a'], read);
    expect([...(await lookUpThrough(cache, ['b', 'c'], read)).keys()].sort()).toEqual(['b', 'c']);
    expect(reads).toEqual([['a', 'b'], ['c']]);
  });
});
