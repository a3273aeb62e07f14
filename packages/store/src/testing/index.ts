export { controlConformance } from './control-conformance.ts';
export type { ControlHarness, ControlOpenOptions } from './control/control-harness.ts';
