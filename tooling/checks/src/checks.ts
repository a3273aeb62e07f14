import { checkAmbient } from './check-ambient.ts';
import { checkExports } from './check-exports.ts';
import { checkImports } from './check-imports.ts';
import { checkLint } from './check-lint.ts';
import { checkTests } from './check-tests.ts';
import { checkTypes } from './check-types.ts';
import { checkUnused } from './check-unused.ts';
import type { Check } from './check.ts';

/** By the name they report, the quick ones first. */
export const CHECKS: readonly Check[] = [checkImports, checkAmbient, checkTests, checkLint, checkTypes, checkUnused, checkExports];
