import { expect, it } from 'vitest';
import { checkImports } from '../src/check-imports.ts';
import { sourceFixture } from './source-fixture.ts';

const NAMES: Readonly<Record<string, string>> = {
  'packages/core': '@hookline/core',
  'packages/store': '@hookline/store',
  'packages/transports': '@hookline/transports',
  'packages/delivery': '@hookline/delivery',
  'apps/edge': '@hookline/edge',
  'apps/relay': '@hookline/relay',
  'apps/console': '@hookline/console',
  'apps/standalone': 'hookline',
  'tooling/services': '@hookline/services',
};
const manifests = Object.fromEntries(Object.entries(NAMES).map(([folder, name]) => [`${folder}/package.json`, { name }]));

const problemsOf = async (file: string, code: string): Promise<readonly string[]> => (await checkImports(sourceFixture({ ...manifests, [file]: code }))).problems;

it.each([
  ['packages/core/src/a.ts', '@hookline/store', 'nothing of ours'],
  ['packages/core/src/a.ts', 'node:fs', 'core knows no runtime'],
  ['packages/core/src/a.ts', 'crypto', 'core knows no runtime'],
  ['packages/store/src/a.ts', '@hookline/transports', 'packages/store may import packages/core'],
  ['packages/transports/src/a.ts', '@hookline/delivery', 'packages/transports may import packages/core'],
  ['packages/delivery/src/a.ts', '@hookline/edge', 'packages/delivery may import'],
  ['packages/delivery/src/a.ts', '@hookline/services', 'tooling is for tests'],
  ['apps/edge/src/a.ts', '@hookline/relay', 'apps do not import each other'],
  ['apps/edge/src/a.ts', '@hookline/relay/deep/path', 'apps do not import each other'],
  ['apps/console/src/a.ts', '@hookline/edge', 'apps do not import each other'],
  ['packages/store/src/a/b.ts', '../../../core/src/index.ts', 'a relative import stays inside its package'],
])('%s may not import %s', async (file, specifier, reason) => {
  const expected = [expect.stringMatching(`^${file}:2 imports ${specifier}: .*${reason}`)];
  expect(await problemsOf(file, `\nimport { x } from '${specifier}';`)).toEqual(expected);
  expect(await problemsOf(file, `\nexport { x } from '${specifier}';`)).toEqual(expected);
  expect(await problemsOf(file, `\nawait import('${specifier}');`)).toEqual(expected);
});

it.each([
  ['packages/store/src/a.ts', "import { x } from '@hookline/core';"],
  ['packages/store/src/a.ts', "import fs from 'node:fs'; import { y } from 'undici';"],
  ['packages/delivery/src/a.ts', "import { x } from '@hookline/store'; import { y } from '@hookline/transports/testing';"],
  ['packages/core/src/a.test.ts', "import fs from 'node:fs';"],
  ['packages/transports/src/testing/a.ts', "import { x } from '@hookline/services';"],
  ['apps/relay/src/a.ts', "import { x } from '@hookline/delivery'; import { y } from './b/c.ts';"],
  ['apps/standalone/src/a.ts', "import { x } from '@hookline/edge'; import { y } from '@hookline/relay';"],
  ['apps/console/src/a.ts', "import type { Api } from '@hookline/edge';"],
  ['tooling/bench/src/a.ts', "import { x } from 'hookline';"],
])('%s may: %s', async (file, code) => {
  expect(await problemsOf(file, code)).toEqual([]);
});
