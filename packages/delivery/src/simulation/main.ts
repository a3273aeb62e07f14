// Many seeds, outside the tests: `main.ts --seeds 10000 [--from 1] [--steps 2000] [--verbose] [--first]`. Prints the seeds that broke an invariant and ends with
// 1 when there is one, or when something never came up; --first stops at the first.
import { parseArgs } from 'node:util';
import { runSeed } from './run-seed.ts';
import { MUST_BE_SEEN, Sightings } from './sightings.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '200' }, from: { type: 'string', default: '1' }, steps: { type: 'string', default: '2000' }, verbose: { type: 'boolean', default: false }, first: { type: 'boolean', default: false } } });
const from = Number(values.from);
const seeds = Number(values.seeds);
const all = new Sightings();
let failed = 0;
let copies = 0;
for (let seed = from; seed < from + seeds; seed++) {
  const result = await runSeed(seed, Number(values.steps));
  all.add(result.sightings);
  copies += result.copies;
  if (values.verbose) process.stdout.write(`seed=${seed} ${result.kind} events ${result.events} copies ${result.copies} virtual ${Math.round(result.virtualMs / 1000)} s trace ${result.traceHash}\n`);
  if (result.failures.length === 0) continue;
  failed++;
  process.stdout.write(`seed=${seed} ${result.kind}\n${result.failures.map((failure) => `  ${failure}`).join('\n')}\n`);
  if (values.first) break;
}
for (const sight of MUST_BE_SEEN) if (values.verbose || all.count(sight) === 0) process.stdout.write(`${all.count(sight)} × ${sight}\n`);
process.stdout.write(`${seeds} seeds, ${copies} copies, ${failed} failed\n`);
if (failed > 0 || (seeds >= 200 && all.missing().length > 0)) process.exitCode = 1;
