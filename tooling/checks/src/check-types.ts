import { existsSync } from 'node:fs';
import path from 'node:path';
import { linesOf, runProgram } from './run-program.ts';
import type { Check } from './check.ts';

const DEADLINE_MS = 180_000;

/** One for everything that runs on a server, one for the web page, whose globals are a browser's. */
const PROJECTS = ['.', 'apps/console'];

/** The compiler over everything, tests and tooling included. */
export const checkTypes: Check = async (root) => {
  const problems: string[] = [];
  for (const project of PROJECTS.filter((folder) => existsSync(path.join(root, folder)))) {
    const { code, output } = await runProgram(['tsc', '-p', project, '--pretty', 'false'], { cwd: root, deadlineMs: DEADLINE_MS });
    if (code !== 0) problems.push(...linesOf(output));
  }
  return { name: 'types', problems };
};
