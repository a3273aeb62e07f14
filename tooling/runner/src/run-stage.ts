import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CHECKS } from '@hookline/checks';
import { runCommand } from './run-command.ts';
import type { StageName } from './test-options.ts';
import { readVitestReport } from './vitest-report.ts';
import type { Verdict } from './vitest-report.ts';

/** Far above what they take: a stage that reaches its deadline hangs. */
const DEADLINES_MS: Readonly<Record<Exclude<StageName, 'checks'>, number>> = { unit: 600_000, integration: 900_000, process: 1_800_000 };
const PROBLEM_LINES_MAX = 200;

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

export function runStage(stage: StageName, root: string, filters: readonly string[]): Promise<Verdict> {
  say(`\n━━ ${stage}`);
  return stage === 'checks' ? runChecks(root) : runVitest(stage, root, filters);
}

/** One after the other, each one counted. */
export async function runChecks(root: string): Promise<Verdict> {
  let [passed, failed] = [0, 0];
  for (const check of CHECKS) {
    const started = performance.now();
    const { name, problems } = await check(root);
    problems.length === 0 ? (passed += 1) : (failed += 1);
    say(`${problems.length === 0 ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    for (const problem of problems.slice(0, PROBLEM_LINES_MAX)) say(`    ${problem}`);
    if (problems.length > PROBLEM_LINES_MAX) say(`    … and ${problems.length - PROBLEM_LINES_MAX} more lines`);
  }
  return { passed, failed, skipped: 0, missing: [] };
}

async function runVitest(project: Exclude<StageName, 'checks'>, root: string, filters: readonly string[]): Promise<Verdict> {
  const space = mkdtempSync(path.join(tmpdir(), 'hookline-tests-'));
  try {
    const report = path.join(space, 'report.json');
    const options = ['--project', project, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await runCommand(['vitest', 'run', ...options, ...filters], { cwd: root, deadlineMs: DEADLINES_MS[project] });
    return readVitestReport(existsSync(report) ? readFileSync(report, 'utf8') : null, code);
  } finally {
    rmSync(space, { recursive: true, force: true });
  }
}
