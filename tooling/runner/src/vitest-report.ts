import type { Tally } from './tally.ts';

/** What is read of vitest's JSON report. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly FileResult[];
}

interface FileResult {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
}

export interface Verdict extends Tally {
  /** Why tests were skipped whose service is missing, each reason once. */
  readonly missing: readonly string[];
}

/**
 * Counts a run of vitest. A test file that could not even be loaded has no failed test and counts as one; so does a run that went wrong with every test green
 * (an error outside of tests, a worker that died), and one that left no report.
 */
export function readVitestReport(text: string | null, exitCode: number | null): Verdict {
  if (text === null) return { passed: 0, failed: 1, skipped: 0, missing: [] };
  const report = JSON.parse(text) as Report;
  const broken = report.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'));
  const failed = report.numFailedTests + broken.length;
  const titles = report.testResults.flatMap((file) => file.assertionResults.filter((test) => test.status !== 'passed').map((test) => test.title));
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    missing: [...new Set(titles.filter((title) => / is missing: .* It comes with: /s.test(title)))],
  };
}
