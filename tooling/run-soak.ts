// `npm run soak -- [NAME…]`: the long runs, all of them or those named.
import path from 'node:path';
import { closingLine, runSoak, say } from './runner/src/index.ts';
import { SOAK_RUNS } from './soak-runs.ts';

const tally = await runSoak(SOAK_RUNS, path.resolve(import.meta.dirname, '..'), process.argv.slice(2));
if (tally.failed > 0 || tally.passed === 0) process.exitCode = 1;
say(`\n${closingLine(tally)}`);
