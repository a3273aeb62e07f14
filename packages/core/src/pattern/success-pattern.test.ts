import { describe, expect, it } from 'vitest';
import { compileSuccessPattern, INSPECT_BYTES_MAX, parseSuccessPattern } from './success-pattern.ts';

const codeOf = (text: string) => {
  const parsed = parseSuccessPattern(text);
  return parsed.ok ? 'ok' : parsed.problems.map((problem) => problem.code).join();
};

// C8–C11
it.each([
  ...['(a+)+$', '(a|a)*b', '^(([a-z])+.)+[A-Z]([a-z])+$', '\\s+$', '', '.*', '^$', '.*OK.*', '(?i)ok', 'a((a?){10}){10}c', 'x{900}', 'a'.repeat(900)].map((text) => [text, 'ok'] as const),
  ...['(?=x)', '(?<!x)y', '(a)\\1', '(a)\\k<n>', '\\u{1F600}', 'x{1001}', '((a{100}){10}){10}', 'a**', '[z-a]', '('.repeat(1000), '('].map((text) => [text, 'regex_unsupported'] as const),
  ...['a((a?){30}){30}c', 'x{1000}', `${'('.repeat(400)}a${')'.repeat(400)}${'b'.repeat(200)}`].map((text) => [text, 'regex_too_complex'] as const),
  ...['a'.repeat(10_240), `${'('.repeat(2000)}a${')'.repeat(2000)}`, 'я'.repeat(513)].map((text) => [text, 'too_long'] as const),
])('%.40s → %s', (text, code) => {
  expect(codeOf(text)).toBe(code);
});

it('looks at less of the body the larger the program is', () => {
  expect(parseSuccessPattern('OK')).toMatchObject({ ok: true, value: { inspectBytesMax: INSPECT_BYTES_MAX } });
  const large = parseSuccessPattern('x{900}');
  expect(large.ok && large.value.programSize * large.value.inspectBytesMax).toBeLessThanOrEqual(2_000_000);
  expect(large.ok && large.value.inspectBytesMax).toBeLessThan(2_300);
});

describe('a compiled pattern', () => {
  it.each([
    ['.*OK.*', 'a\nOK\nb', true], ['.*OK.*', 'ok', false], ['a.b', 'a\nb', false], ['(?s)a.b', 'a\nb', true], ['OK', 'it is OK, really', true], ['^OK$', 'a\nOK\nb', false], ['(?m)^OK$', 'a\nOK\nb', true],
    ['.*', '', true], ['^$', '', true], ['^$', 'x', false], ['', 'anything', true], ['all (OK|right)', 'all right', true],
  ] as const)('%s on %j → %s', (pattern, body, matches) => {
    expect(compileSuccessPattern(pattern)(body)).toBe(matches);
  });

  it('sees the first 64 KiB only, counted in bytes, and never half a character', () => {
    const isOk = compileSuccessPattern('OK');
    expect(isOk(`${'x'.repeat(INSPECT_BYTES_MAX - 2)}OK`)).toBe(true);
    expect(isOk(`${'x'.repeat(INSPECT_BYTES_MAX - 1)}OK`)).toBe(false);
    expect(isOk(`${'я'.repeat(INSPECT_BYTES_MAX / 2 - 1)}OK`)).toBe(true);
    expect(isOk(`${'я'.repeat(INSPECT_BYTES_MAX / 2)}OK`)).toBe(false);
    expect(compileSuccessPattern('\ufffd')(`${'x'.repeat(INSPECT_BYTES_MAX - 1)}😀`)).toBe(false);
    expect(isOk(`${'x'.repeat(1 << 20)}OK`)).toBe(false);
  });

  it('refuses what was never valid', () => {
    expect(() => compileSuccessPattern('(')).toThrow(expect.objectContaining({ code: 'invariant_broken' }));
  });
});
