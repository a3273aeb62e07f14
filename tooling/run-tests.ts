// `npm test`: checks, then the tests by vitest project. The last line is the sum over all of them.
import path from 'node:path';
import { addTallies, closingLine, parseTestOptions, runStage, say } from './runner/src/index.ts';

const root = path.resolve(import.meta.dirname, '..');
const options = parseTestOptions(process.argv.slice(2));
if (typeof options === 'string') {
  process.stderr.write(`${options}\n`);
  process.exit(2);
}
const verdicts = [];
for (const stage of options.stages) {
  const verdict = await runStage(stage, root, options.filters);
  say(`${stage}: ${closingLine(verdict)}`);
  verdicts.push(verdict);
}
for (const reason of new Set(verdicts.flatMap((verdict) => verdict.missing))) say(`\nSKIPPED tests: ${reason}`);
const sum = addTallies(verdicts);
if (sum.passed === 0 && sum.failed === 0) say('\nno test was run');
if (sum.failed > 0 || sum.passed === 0) process.exitCode = 1;
say(`\n${closingLine(sum)}`);
