import { runCommand } from './run-command.ts';
import { say } from './run-stage.ts';
import { NOTHING, addTallies } from './tally.ts';
import type { Tally } from './tally.ts';

/** A run that is too long for every push. It says by its exit code whether it held, and by its output how to repeat what did not. */
export interface SoakRun {
  readonly name: string;
  /** A TypeScript file, relative to the root, and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** It is ended and has failed when it takes longer. */
  readonly deadlineMs: number;
}

/** All of `runs`, or those whose name holds one of `filters`, one after the other. */
export async function runSoak(runs: readonly SoakRun[], root: string, filters: readonly string[]): Promise<Tally> {
  const wanted = runs.filter((run) => filters.length === 0 || filters.some((filter) => run.name.includes(filter)));
  const tallies: Tally[] = [];
  for (const { name, argv, deadlineMs } of wanted) {
    say(`\n━━ ${name}: ${argv.join(' ')}`);
    const started = performance.now();
    const held = (await runCommand([process.execPath, ...process.execArgv, ...argv], { cwd: root, deadlineMs })) === 0;
    say(`${held ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
    tallies.push({ ...NOTHING, ...(held ? { passed: 1 } : { failed: 1 }) });
  }
  return addTallies(tallies);
}
