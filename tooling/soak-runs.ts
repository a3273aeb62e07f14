import type { SoakRun } from './runner/src/index.ts';

const MINUTE_MS = 60_000;

const oracle = (scenario: string, times: number, deadlineMs: number): SoakRun => ({ name: `oracle-${scenario}`, argv: ['tooling/oracle/src/main.ts', scenario, '--times', String(times)], deadlineMs });

/** Every long run of the repository. A new one is a new line here. */
export const SOAK_RUNS: readonly SoakRun[] = [
  { name: 'simulation', argv: ['packages/delivery/src/simulation/main.ts', '--seeds', '10000'], deadlineMs: 120 * MINUTE_MS },
  { name: 'mutants', argv: ['packages/delivery/src/simulation/mutants/main.ts'], deadlineMs: 60 * MINUTE_MS },
  { name: 'export-kills', argv: ['apps/standalone/test/export-kills/main.ts', '--kills', '200'], deadlineMs: 60 * MINUTE_MS },
  { name: 'profile-import', argv: ['apps/standalone/test/profile-import/run-import.ts', '--profiles', '1000000', '--rate', '2000'], deadlineMs: 30 * MINUTE_MS },
  oracle('without-faults', 100_000, 30 * MINUTE_MS),
  oracle('kill-loop', 200, 60 * MINUTE_MS),
  oracle('graceful-stop', 20, 20 * MINUTE_MS),
  oracle('rabbitmq', 5, 20 * MINUTE_MS),
  oracle('kafka', 5, 20 * MINUTE_MS),
  oracle('http-faults', 20_000, 20 * MINUTE_MS),
  oracle('hook-changes', 10, 20 * MINUTE_MS),
  oracle('cluster-kills', 20, 90 * MINUTE_MS),
  oracle('noisy-neighbour', 2_000, 10 * MINUTE_MS),
];
