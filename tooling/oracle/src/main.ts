// One scenario at any length: `main.ts NAME --times N [--seed N]`. Prints what was counted; exit code 1 when something did not hold.
import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios/scenarios.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { times: { type: 'string' }, seed: { type: 'string', default: '1' } } });
const [name = ''] = positionals;
const scenario = SCENARIOS[name];
if (!scenario || !(Number(values.times) > 0)) {
  process.stderr.write(`name a scenario, and how many --times: ${Object.keys(SCENARIOS).join(', ')}\n`);
  process.exit(2);
}
const size = { seed: Number(values.seed), times: Number(values.times) };
const { counts, facts, problems } = await scenario(size);
process.stdout.write(`${name} ${JSON.stringify(size)}\n${JSON.stringify(counts)}\n${JSON.stringify(facts)}\n`);
for (const problem of problems) process.stdout.write(`  ${problem}\n`);
process.stdout.write(problems.length === 0 ? 'holds\n' : 'FALLS SHORT\n');
process.exit(problems.length === 0 ? 0 : 1);
