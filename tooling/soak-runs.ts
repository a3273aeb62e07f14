import type { SoakRun } from './runner/src/index.ts';

const MINUTE_MS = 60_000;

/** Every long run of the repository. A new one is a new line here. */
export const SOAK_RUNS: readonly SoakRun[] = [
  { name: 'simulation', argv: ['packages/delivery/src/simulation/main.ts', '--seeds', '10000'], deadlineMs: 120 * MINUTE_MS },
];
