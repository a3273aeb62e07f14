import { linesOf, runProgram } from './run-program.ts';
import type { Check } from './check.ts';

const DEADLINE_MS = 180_000;

/** The compiler over everything, tests and tooling included. */
export const checkTypes: Check = async (root) => {
  const { code, output } = await runProgram(['tsc', '-p', '.', '--pretty', 'false'], { cwd: root, deadlineMs: DEADLINE_MS });
  return { name: 'types', problems: code === 0 ? [] : linesOf(output) };
};
