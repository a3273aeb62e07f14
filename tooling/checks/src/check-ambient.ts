// Time, randomness and network are ports in everything that decides: that is what lets the engine run in the simulation. So core and delivery may not reach for
// the runtime's own, but in the one place where delivery's adapters to them live.
import { dottedName, isTestCode, parseSource, sourcePaths, walk } from './source-tree.ts';
import type { SourceFile, SyntaxNode } from './source-tree.ts';
import type { Check } from './check.ts';

const PURE = /^packages\/(core|delivery)\/src\//;
/** `adapters.ts`, what is named after a system's port (`system-clock.ts`), and programs (`main.ts`). */
const ADAPTER = /^packages\/delivery\/src\/(.*\/)?(adapters\.ts|adapters\/.*|system-[a-z-]+\.ts|main\.ts)$/;

const FORBIDDEN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'Date.now': 'a Clock',
    'performance.now': 'a Clock',
    'process.hrtime': 'a Clock',
    setTimeout: 'a Clock',
    setInterval: 'a Clock',
    setImmediate: 'a Clock',
    'Math.random': 'a Random',
    'crypto.randomUUID': 'a Random',
    'crypto.getRandomValues': 'a Random',
    fetch: 'a transport',
  }),
);
const FORBIDDEN_MODULES: ReadonlyMap<string, string> = new Map(
  ['timers', 'timers/promises', 'perf_hooks', 'http', 'https', 'net', 'dns', 'fs', 'fs/promises'].flatMap((name) => [[name, 'a port'], [`node:${name}`, 'a port']] as const),
);

export const checkAmbient: Check = async (root) => {
  const files = sourcePaths(root).filter((file) => PURE.test(file) && !ADAPTER.test(file) && !isTestCode(file));
  return { name: 'ambient', problems: files.flatMap((file) => ambientUses(parseSource(root, file))) };
};

function ambientUses(source: SourceFile): string[] {
  const own = declaredNames(source.program);
  const problems: string[] = [];
  walk(source.program, (node, ancestors) => {
    const use = forbiddenUse(node, ancestors.at(-1));
    if (use && !own.has(use.name.split('.')[0] ?? '')) problems.push(`${source.at(node)} uses ${use.name}: take ${use.instead} instead`);
  });
  return problems;
}

function forbiddenUse(node: SyntaxNode, parent: SyntaxNode | undefined): { readonly name: string; readonly instead: string } | null {
  if (node.type === 'ImportDeclaration') return moduleUse(node);
  const isClockRead = (node.type === 'NewExpression' || node.type === 'CallExpression') && dottedName(node['callee']) === 'Date';
  if (isClockRead && (node.type === 'CallExpression' || (node['arguments'] as unknown[]).length === 0)) return { name: 'Date', instead: 'a Clock' };
  if (node.type !== 'MemberExpression' && !(node.type === 'Identifier' && isReference(node, parent))) return null;
  const name = dottedName(node).replace(/^globalThis\./, '');
  const instead = FORBIDDEN.get(name);
  return instead ? { name, instead } : null;
}

function moduleUse(node: SyntaxNode): { readonly name: string; readonly instead: string } | null {
  const name = String((node['source'] as SyntaxNode)['value']);
  const instead = FORBIDDEN_MODULES.get(name);
  return instead && node['importKind'] !== 'type' ? { name, instead } : null;
}

/** A name in a place where it stands for a value, and not for a member, a key or a type's parameter. */
function isReference(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (!parent || parent.type.startsWith('TS')) return false;
  if (parent.type === 'MemberExpression') return parent['object'] === node;
  const isKey = parent['key'] === node && parent['shorthand'] !== true;
  return !isKey && !parent.type.startsWith('Import') && !parent.type.startsWith('Export');
}

/** Names that the file gives to something of its own: those are no globals. */
function declaredNames(program: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (pattern: unknown): void => {
    if (pattern !== null && typeof pattern === 'object') walk(pattern as SyntaxNode, (node) => void (node.type === 'Identifier' && names.add(String(node['name']))));
  };
  walk(program, (node) => {
    if (node.type === 'VariableDeclarator' || node.type === 'FunctionDeclaration') add(node['id']);
    if (node.type.startsWith('Import') && node['local']) add(node['local']);
    if (Array.isArray(node['params'])) for (const param of node['params']) if ((param as SyntaxNode).type !== 'AssignmentPattern') add(param);
  });
  return names;
}
