export { controlConformance } from './control-conformance.ts';
export type { ControlHarness, ControlOpenOptions } from './control/control-harness.ts';
export { logConformance } from '../log/testing/log-conformance.ts';
export type { LogHarness } from '../log/testing/log-harness.ts';
