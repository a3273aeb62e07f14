import { linesOf, runProgram } from './run-program.ts';
import type { Check } from './check.ts';

const DEADLINE_MS = 120_000;

/** Biome's rules as biome.json has them; errors only, and nothing about layout. */
export const checkLint: Check = async (root) => {
  const { code, output } = await runProgram(['biome', 'lint', '--diagnostic-level=error', '--max-diagnostics=50', '.'], { cwd: root, deadlineMs: DEADLINE_MS });
  return { name: 'lint', problems: code === 0 ? [] : linesOf(output) };
};
