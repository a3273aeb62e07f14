import { runProgram } from './run-program.ts';
import type { Check } from './check.ts';

const DEADLINE_MS = 180_000;

interface Issue {
  readonly file: string;
  /** One list a kind of issue: `exports`, `dependencies`, `files`, `unlisted`… */
  readonly [kind: string]: unknown;
}

/** Files, exports and dependencies that nothing uses, and those used without being declared: knip's findings, as knip.json has it. */
export const checkUnused: Check = async (root) => {
  const { code, output } = await runProgram(['knip', '--reporter', 'json', '--no-progress'], { cwd: root, deadlineMs: DEADLINE_MS });
  if (code === 0) return { name: 'unused', problems: [] };
  try {
    const { issues } = JSON.parse(output.slice(output.indexOf('{"'))) as { issues: readonly Issue[] };
    return { name: 'unused', problems: issues.flatMap(describeIssue) };
  } catch {
    return { name: 'unused', problems: [output] };
  }
};

function describeIssue({ file, ...kinds }: Issue): string[] {
  return Object.entries(kinds).flatMap(([kind, found]) => (Array.isArray(found) ? found.flat().map((one: { name?: string; line?: number }) => `${file}${one.line ? `:${one.line}` : ''} ${kind}: ${one.name ?? ''}`) : []));
}
