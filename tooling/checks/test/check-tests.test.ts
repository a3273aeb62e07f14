import { expect, it } from 'vitest';
import { checkTests } from '../src/check-tests.ts';
import { sourceFixture } from './source-fixture.ts';

const problemsOf = async (code: string): Promise<readonly string[]> =>
  (await checkTests(sourceFixture({ 'packages/core/src/a.test.ts': `import { describe, expect, it, test, xit } from 'vitest';\n${code}` }))).problems;

it.each([
  ["it.only('a', () => { expect(1).toBe(1); });", 'it.only switches'],
  ["it.skip('a', () => { expect(1).toBe(1); });", 'it.skip switches'],
  ["test.todo('a');", 'test.todo switches'],
  ["it.fails('a', () => { expect(1).toBe(2); });", 'it.fails switches'],
  ["xit('a', () => { expect(1).toBe(1); });", 'xit switches'],
  ["describe.skip('a', () => { it('b', () => { expect(1).toBe(1); }); });", 'describe.skip switches'],
  ["describe.only.each([1])('a', () => { it('b', () => { expect(1).toBe(1); }); });", 'describe.only.each switches'],
  ["it('a', () => {});", 'asserts nothing'],
  ["it('a', { timeout: 1 }, async () => { await run(); });\nconst run = async () => 1;", 'asserts nothing'],
  ["it.each([1, 2])('a', (n) => { n + 1; });", 'asserts nothing'],
  ["it.each`a\n${1}`('a', ({ a }) => a);", 'asserts nothing'],
  ["it('a', () => { if (Date.now() > 1) expect(1).toBe(1); });", 'only inside a condition'],
  ["it('a', () => { try { run(); } catch (error) { expect(error).toBe(1); } });", 'only inside a condition'],
])('refuses %s', async (code, reason) => {
  expect(await problemsOf(code)).toEqual([expect.stringContaining(reason)]);
});

it.each([
  "it('a', () => { expect(1).not.toBe(2); });",
  "it('a', async () => { await expect(run()).rejects.toThrow(); });",
  "it('a', () => expectTypeOf(1).toBeNumber());",
  "it('a', async () => { await soon(); });\nconst soon = () => waitUntil('b', () => true, { deadlineMs: 1 });",
  "it('a', () => { fc.assert(property); });",
  "it('a', () => { holds(1); });\nfunction holds(n: number) { inner(n); }\nconst inner = (n: number) => expect(n).toBe(1);",
  "it('a', () => { for (const n of [1]) expect(n).toBe(1); });",
  "it('a', () => { if (x) return; expect(1).toBe(1); });",
  "it('has its service', () => { throw new Error('missing'); });",
  "it.skipIf(noFiles)('a', () => { expect(1).toBe(1); });",
  "it.each([1])('a', (n) => { expect(n).toBe(1); });",
])('takes %s', async (code) => {
  expect(await problemsOf(code)).toEqual([]);
});

it('looks at suites too, and not at what has other functions of these names', async () => {
  const root = sourceFixture({
    'packages/core/src/testing/suite.ts': "import { it } from 'vitest';\nexport const suite = () => it('a', () => {});",
    'packages/core/src/it.ts': "export const it = (text: string, run: () => void) => run();\nit('a', () => {});",
  });
  expect((await checkTests(root)).problems).toEqual(['packages/core/src/testing/suite.ts:2 this test asserts nothing']);
});
