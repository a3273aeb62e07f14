export { CHECKS } from './checks.ts';
export type { Check, CheckResult } from './check.ts';
