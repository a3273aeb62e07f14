// `mutants/main.ts [--seeds 200] [NAME…]`: breaks a copy of the sources in one known way after the other and says which invariant has noticed. Ends with 1 when one
// was not noticed. Works in a folder of its own; the sources stay as they are.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Mutant, MUTANTS } from './mutants.ts';

const PACKAGES = ['core', 'store', 'transports', 'delivery'];
const MUTANT_DEADLINE_MS = 600_000;
const root = path.resolve(import.meta.dirname, '../../../../..');

const { values, positionals } = parseArgs({ options: { seeds: { type: 'string', default: '200' } }, allowPositionals: true });
const folder = mkdtempSync(path.join(tmpdir(), 'hookline-mutants-'));
try {
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  for (const name of PACKAGES) cpSync(path.join(root, 'packages', name), path.join(folder, 'packages', name), { recursive: true, verbatimSymlinks: true, filter: (source) => !/\/(dist|\.turbo)$/.test(source) });
  const chosen = MUTANTS.filter(({ name }) => positionals.length === 0 || positionals.some((wanted) => name.includes(wanted)));
  const missed = chosen.filter((mutant) => !isCaught(mutant));
  process.stdout.write(`${chosen.length} mutants, ${missed.length} not caught\n`);
  if (missed.length > 0 || chosen.length === 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

function isCaught({ name, file, from, to }: Mutant): boolean {
  const target = path.join(folder, 'packages', file);
  const source = readFileSync(target, 'utf8');
  if (source.split(from).length !== 2) {
    process.stdout.write(`does not apply: ${name}\n`);
    return false;
  }
  writeFileSync(target, source.replace(from, () => to));
  const run = spawnSync(process.execPath, ['--conditions=source', '--disable-warning=ExperimentalWarning', path.join(folder, 'packages/delivery/src/simulation/main.ts'), '--seeds', values.seeds, '--first'], { encoding: 'utf8', timeout: MUTANT_DEADLINE_MS });
  writeFileSync(target, source);
  const [seed, failure] = run.stdout.split('\n');
  const caught = run.status === 1 && failure !== undefined && seed?.startsWith('seed=') === true;
  process.stdout.write(`${caught ? 'caught' : 'NOT CAUGHT'}: ${name}\n  ${caught ? `${seed}: ${failure.trim()}` : `${run.stdout}${run.stderr}`.slice(0, 500)}\n`);
  return caught;
}
