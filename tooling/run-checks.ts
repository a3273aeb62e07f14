// `npm run check`: everything that fails a build besides a failing test.
import path from 'node:path';
import { closingLine, runChecks, say } from './runner/src/index.ts';

const verdict = await runChecks(path.resolve(import.meta.dirname, '..'));
if (verdict.failed > 0) process.exitCode = 1;
say(`\n${closingLine(verdict)}`);
