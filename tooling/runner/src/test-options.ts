import { parseArgs } from 'node:util';

/** In the order in which they run. `checks` are no tests of vitest, the others are its projects. */
export const STAGES = ['checks', 'unit', 'integration', 'process'] as const;

export type StageName = (typeof STAGES)[number];

export interface TestOptions {
  readonly stages: readonly StageName[];
  /** Parts of the paths of test files; none = all of them. */
  readonly filters: readonly string[];
}

/** `npm test -- [--only STAGE]… [PATH…]`. With paths and no `--only`, the checks are left out: they know no paths. A string = what is wrong. */
export function parseTestOptions(argv: readonly string[]): TestOptions | string {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { only: { type: 'string', multiple: true } } });
    const only = (values.only ?? []).flatMap((names) => names.split(','));
    const unknown = only.filter((name) => !STAGES.some((stage) => stage === name));
    if (unknown.length > 0) return `--only takes ${STAGES.join(', ')}, not ${unknown.join(', ')}`;
    const byDefault = STAGES.filter((stage) => stage !== 'checks' || positionals.length === 0);
    return { stages: only.length > 0 ? STAGES.filter((stage) => only.includes(stage)) : byDefault, filters: positionals };
  } catch (error: unknown) {
    return error instanceof Error ? error.message : String(error);
  }
}
