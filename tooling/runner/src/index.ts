export { runChecks, runStage, say } from './run-stage.ts';
export { runSoak } from './run-soak.ts';
export type { SoakRun } from './run-soak.ts';
export { addTallies, closingLine } from './tally.ts';
export { parseTestOptions } from './test-options.ts';
