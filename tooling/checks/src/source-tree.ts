import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';

/** A node of the syntax tree, ESTree with TypeScript's additions. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

export interface SourceFile {
  /** Relative to the root, with slashes. */
  readonly path: string;
  readonly program: SyntaxNode;
  /** `path:line` of a node, as editors understand it. */
  at(node: SyntaxNode): string;
}

/** All TypeScript of packages, apps and tooling, built files and installed packages left out. */
export function sourcePaths(root: string): string[] {
  return globSync('{packages,apps,tooling}/*/{src,test}/**/*.ts', { cwd: root, exclude: (name) => name === 'node_modules' || name === 'dist' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !file.endsWith('.d.ts'))
    .sort();
}

export function parseSource(root: string, file: string): SourceFile {
  const text = readFileSync(path.join(root, file), 'utf8');
  const { program } = parseSync(file, text);
  return { path: file, program: program as unknown as SyntaxNode, at: (node) => `${file}:${text.slice(0, node.start).split('\n').length}` };
}

/** What stands beside the product: tests, suites, benchmarks, the simulation. */
export const isTestCode = (file: string): boolean => /\.(test|bench|test-d)\.ts$|\/(test|testing|simulation)\//.test(file);

export const isNode = (value: unknown): value is SyntaxNode => typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';

/** Visits every node, parents first. `ancestors` ends with the parent. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode, ancestors: readonly SyntaxNode[]) => void, ancestors: readonly SyntaxNode[] = []): void {
  visit(node, ancestors);
  const inside = [...ancestors, node];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit, inside);
  }
}

/** `a.b.c` for a chain of plain members, else ''. */
export function dottedName(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'Identifier') return String(node['name']);
  if (node.type !== 'MemberExpression' || node['computed'] === true) return '';
  const object = dottedName(node['object']);
  return object && `${object}.${dottedName(node['property'])}`;
}
