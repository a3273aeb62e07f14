// The checks that run somebody else's tool: each finds what it is there for in a tree that is wrong, and nothing in one that is right.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkExports, packageProblems } from '../src/check-exports.ts';
import { checkLint } from '../src/check-lint.ts';
import { checkTypes } from '../src/check-types.ts';
import { checkUnused } from '../src/check-unused.ts';
import { sourceFixture } from './source-fixture.ts';

const ofRepository = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

it('types: finds a wrong one', async () => {
  const settings = { 'package.json': { type: 'module' }, 'tsconfig.base.json': ofRepository('tsconfig.base.json').replace('"types": ["node"]', '"types": []'), 'tsconfig.json': '{ "extends": "./tsconfig.base.json", "include": ["*.ts"] }' };
  expect((await checkTypes(sourceFixture({ ...settings, 'a.ts': 'export const a: number = 1;' }))).problems).toEqual([]);
  expect((await checkTypes(sourceFixture({ ...settings, 'a.ts': "export const a: number = '1';" }))).problems).toEqual([expect.stringContaining('a.ts(1,14): error TS2322')]);
  expect((await checkTypes(sourceFixture({ ...settings, 'a.ts': 'export const a = [1][0].toFixed();' }))).problems).toEqual([expect.stringContaining('TS2532')]);
});

it('lint: finds an error, and takes any layout', async () => {
  const settings = { 'biome.json': ofRepository('biome.json') };
  expect((await checkLint(sourceFixture({ ...settings, 'a.ts': 'export const a   =   "1"' }))).problems).toEqual([]);
  const { problems } = await checkLint(sourceFixture({ ...settings, 'a.ts': 'export const a: any = 1;\nexport default a;\n' }));
  expect(problems.join('\n')).toContain('noExplicitAny');
  expect(problems.join('\n')).toContain('noDefaultExport');
});

it('unused: finds files, exports and dependencies', async () => {
  const used = { 'package.json': { name: 'tree', type: 'module', main: './index.ts' }, 'index.ts': "import { a } from './a.ts';\nexport const b = a;", 'a.ts': 'export const a = 1;' };
  expect((await checkUnused(sourceFixture(used))).problems).toEqual([]);
  const root = sourceFixture({ ...used, 'package.json': { ...used['package.json'], dependencies: { zod: '4' } }, 'a.ts': 'export const a = 1;\nexport const c = 2;', 'd.ts': 'export {};' });
  const { problems } = await checkUnused(root);
  expect(problems.toSorted()).toEqual(['a.ts:2 exports: c', 'd.ts files: d.ts', 'package.json dependencies: zod']);
});

const MANIFEST = {
  name: 'sample',
  version: '1.0.0',
  type: 'module',
  license: 'Apache-2.0',
  files: ['dist'],
  exports: { '.': { source: './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' } },
  publishConfig: { exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } } },
};
const BUILT = { 'dist/index.d.ts': 'export declare const a: number;', 'dist/index.js': 'export const a = 1;' };

it('exports: takes a package that works when it is packed', async () => {
  expect(await packageProblems(sourceFixture({ ...BUILT, 'package.json': MANIFEST }))).toEqual([]);
});

it.each([
  ['an entry that was not built', { ...BUILT, 'package.json': { ...MANIFEST, publishConfig: { exports: { './other': './dist/other.js' } } } }, 'does not exist'],
  ['an entry that names its sources', { ...BUILT, 'package.json': { ...MANIFEST, publishConfig: {} } }, './src/index.ts is not in the package'],
  ['an entry that cannot be loaded', { ...BUILT, 'dist/index.js': "import './nowhere.js';\nexport const a = 1;", 'package.json': MANIFEST }, 'nowhere.js'],
  ['an entry that exports nothing', { ...BUILT, 'dist/index.js': 'export {};', 'package.json': MANIFEST }, 'exports nothing'],
])('exports: finds %s', async (_, files, reason) => {
  expect((await packageProblems(sourceFixture(files))).join('\n')).toContain(reason);
});

it('exports: a build that fails is a problem', async () => {
  expect((await checkExports(sourceFixture({ 'package.json': { name: 'tree' } }))).problems).not.toEqual([]);
});
