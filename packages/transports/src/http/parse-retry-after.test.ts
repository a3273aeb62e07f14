import { describe, expect, it } from 'vitest';
import { parseRetryAfter, RETRY_AFTER_MS_MAX } from './parse-retry-after.ts';

const NOW = Date.parse('2026-03-04T05:06:07Z');

describe('parseRetryAfter', () => {
  it.each([
    ['seconds', ['120'], 120_000],
    ['zero', ['0'], 0],
    ['a day and more is a day', ['1000000000'], RETRY_AFTER_MS_MAX],
    ['an IMF date', ['Wed, 04 Mar 2026 05:07:07 GMT'], 60_000],
    ['an RFC 850 date', ['Wednesday, 04-Mar-26 05:07:07 GMT'], 60_000],
    ['an asctime date', ['Wed Mar  4 05:07:07 2026'], 60_000],
    ['a date in the past', ['Wed, 04 Mar 2020 05:07:07 GMT'], 0],
    ['a date in ten years', ['Fri, 04 Mar 2036 05:07:07 GMT'], RETRY_AFTER_MS_MAX],
    ['the longer of two', ['5', '90'], 90_000],
    ['the one of two that can be read', ['soon', '90'], 90_000],
    ['spaces around', [' 7 '], 7_000],
  ])('takes %s', (_, values, expected) => {
    expect(parseRetryAfter(values, NOW)).toBe(expected);
  });

  it.each([[[]], [['-1']], [['abc']], [['1e9']], [['1.5']], [['']], [['0x10']], [['Tuesday']], [['2026-03-04T05:07:07Z']], [['Wed, 99 Mar 2026 05:07:07 GMT']], [['9'.repeat(30)]]])('ignores %j', (values) => {
    expect(parseRetryAfter(values, NOW)).toBeUndefined();
  });
});
