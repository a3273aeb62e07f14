// The arrows of the architecture: apps → delivery → store, transports → core. Each name below lists what it may import of ours.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { isNode, isTestCode, parseSource, sourcePaths, walk } from './source-tree.ts';
import type { SyntaxNode } from './source-tree.ts';
import type { Check } from './check.ts';

const PACKAGES = ['packages/core', 'packages/store', 'packages/transports', 'packages/delivery'];

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'packages/core': [],
  'packages/store': ['packages/core'],
  'packages/transports': ['packages/core'],
  'packages/delivery': ['packages/core', 'packages/store', 'packages/transports'],
};

/** Everything in one process is the one app that composes the others. */
const COMPOSER = 'apps/standalone';
/** The web page knows the API by its type, and nothing else of the server. */
const TYPE_ONLY: Readonly<Record<string, string>> = { 'apps/console': 'apps/edge' };
/** Runs anywhere, so it knows no runtime. */
const PORTABLE = 'packages/core';

const BUILTIN = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

export const checkImports: Check = async (root) => {
  const folders = workspaceFolders(root);
  const problems = sourcePaths(root).flatMap((file) => {
    const source = parseSource(root, file);
    return importsOf(source.program).flatMap(({ node, specifier, typeOnly }) => {
      const problem = importProblem(file, specifier, typeOnly, folders);
      return problem ? [`${source.at(node)} imports ${specifier}: ${problem}`] : [];
    });
  });
  return { name: 'imports', problems };
};

interface Import {
  readonly node: SyntaxNode;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function importsOf(program: SyntaxNode): Import[] {
  const found: Import[] = [];
  walk(program, (node) => {
    const { source } = node;
    if (!isNode(source) || source.type !== 'Literal' || !/^(Import|Export|TSImportType)/.test(node.type)) return;
    found.push({ node, specifier: String(source['value']), typeOnly: node.type === 'TSImportType' || node['importKind'] === 'type' || node['exportKind'] === 'type' });
  });
  return found;
}

function importProblem(file: string, specifier: string, typeOnly: boolean, folders: ReadonlyMap<string, string>): string | null {
  const home = file.split('/').slice(0, 2).join('/');
  if (specifier.startsWith('.')) {
    const target = path.posix.join(path.posix.dirname(file), specifier);
    return target.startsWith(`${home}/`) ? null : 'a relative import stays inside its package';
  }
  if (BUILTIN.has(specifier) || specifier.startsWith('node:')) return home === PORTABLE && !isTestCode(file) ? 'core knows no runtime' : null;
  const target = folders.get(specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/'));
  if (target === undefined || target === home) return null;
  if (target.startsWith('tooling/')) return home.startsWith('tooling/') || isTestCode(file) ? null : 'tooling is for tests';
  if (home.startsWith('tooling/')) return null;
  if (home.startsWith('packages/')) return ALLOWED[home]?.includes(target) ? null : `${home} may import ${ALLOWED[home]?.join(', ') || 'nothing of ours'}`;
  if (PACKAGES.includes(target) || home === COMPOSER || (typeOnly && TYPE_ONLY[home] === target)) return null;
  return 'apps do not import each other';
}

/** Package name → its folder, for everything in the workspace. */
function workspaceFolders(root: string): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  for (const group of ['packages', 'apps', 'tooling']) {
    if (!existsSync(path.join(root, group))) continue;
    for (const name of readdirSync(path.join(root, group))) {
      const manifest = path.join(root, group, name, 'package.json');
      if (existsSync(manifest)) folders.set((JSON.parse(readFileSync(manifest, 'utf8')) as { name: string }).name, `${group}/${name}`);
    }
  }
  return folders;
}
