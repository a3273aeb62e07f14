import { expect, it } from 'vitest';
import { readVitestReport } from '../src/vitest-report.ts';

const report = (numbers: Partial<Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests', number>>, files: readonly { status: string; tests: readonly [status: string, title: string][] }[] = []): string =>
  JSON.stringify({
    ...{ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, ...numbers },
    testResults: files.map(({ status, tests }) => ({ name: 'a.test.ts', status, assertionResults: tests.map(([state, title]) => ({ status: state, title })) })),
  });

const MISSING = 'kafka is missing: no Java. It comes with: sudo get java';

it.each([
  ['all green', report({ numPassedTests: 3 }), 0, { passed: 3, failed: 0, skipped: 0, missing: [] }],
  ['one red', report({ numPassedTests: 2, numFailedTests: 1 }, [{ status: 'failed', tests: [['failed', 'a']] }]), 1, { passed: 2, failed: 1, skipped: 0, missing: [] }],
  ['a file that cannot be loaded', report({ numPassedTests: 2 }, [{ status: 'failed', tests: [] }]), 1, { passed: 2, failed: 1, skipped: 0, missing: [] }],
  ['green, and an error outside of tests', report({ numPassedTests: 2 }), 1, { passed: 2, failed: 1, skipped: 0, missing: [] }],
  ['green, and ended by a signal', report({ numPassedTests: 2 }), null, { passed: 2, failed: 1, skipped: 0, missing: [] }],
  ['no report', null, 0, { passed: 0, failed: 1, skipped: 0, missing: [] }],
  ['skipped', report({ numPassedTests: 1, numPendingTests: 2, numTodoTests: 1 }), 0, { passed: 1, failed: 0, skipped: 3, missing: [] }],
  ['a missing service', report({ numPendingTests: 2 }, [{ status: 'passed', tests: [['skipped', MISSING], ['skipped', MISSING], ['skipped', 'another']] }]), 0, { passed: 0, failed: 0, skipped: 2, missing: [MISSING] }],
])('counts %s', (_, text, code, verdict) => {
  expect(readVitestReport(text, code)).toEqual(verdict);
});
