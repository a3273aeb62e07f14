// A test that is switched off, and a test that cannot fail, are worse than none: they are counted.
import { dottedName, isNode, parseSource, sourcePaths, walk } from './source-tree.ts';
import type { SourceFile, SyntaxNode } from './source-tree.ts';
import type { Check } from './check.ts';

/** This one skips what needs a service that is not there, loudly, and never in CI. */
const MAY_SKIP = 'tooling/services/src/vitest/describe-with-service.ts';

/** `skipIf` and `runIf` are left alone: what they skip is counted where the tests run. */
const SWITCHES = new Set(['only', 'skip', 'todo', 'fails']);
const OFF = new Set(['xit', 'xtest', 'xdescribe', 'fit', 'fdescribe']);
const TESTS = /^(it|test)(\.|$)/;
const SUITES = /^(describe|it|test|suite)\./;
/** Functions whose name promises that they can fail: `expectTypeOf`, `assertDelivered`, `fc.assert`, and a wait that rejects at its deadline. */
const ASSERTS = /(^|\.)(expect|assert|waitUntil|waitFor)\w*(\.|$)/;

export const checkTests: Check = async (root) => {
  const problems = sourcePaths(root).flatMap((file) => {
    const source = parseSource(root, file);
    return usesVitest(source.program) ? testProblems(source) : [];
  });
  return { name: 'tests', problems };
};

function usesVitest(program: SyntaxNode): boolean {
  const body = program['body'] as readonly SyntaxNode[];
  return body.some((node) => node.type === 'ImportDeclaration' && (node['source'] as SyntaxNode)['value'] === 'vitest');
}

function testProblems(source: SourceFile): string[] {
  const problems: string[] = [];
  const asserting = assertingFunctions(source.program);
  walk(source.program, (node, ancestors) => {
    // `it.each(table)` is called by the call around it
    if (node.type !== 'CallExpression' || ancestors.at(-1)?.['callee'] === node) return;
    const name = calledName(node);
    const isOff = OFF.has(name) || (SUITES.test(name) && name.split('.').some((part) => SWITCHES.has(part)));
    if (isOff && source.path !== MAY_SKIP) problems.push(`${source.at(node)} ${name} switches tests off or others out`);
    const body = TESTS.test(name) ? (node['arguments'] as readonly SyntaxNode[]).findLast(isFunction) : undefined;
    if (!body || isOff || throwsByItself(body)) return;
    const verdict = assertions(body, asserting);
    if (verdict === 'none') problems.push(`${source.at(node)} this test asserts nothing`);
    if (verdict === 'conditional') problems.push(`${source.at(node)} this test asserts only inside a condition`);
  });
  return problems;
}

/** `it.each(table)('…', …)` and `it.each\`…\`` are called `it.each`. */
function calledName(node: SyntaxNode): string {
  const { callee } = node;
  if (!isNode(callee)) return '';
  if (callee.type === 'CallExpression') return calledName(callee);
  return callee.type === 'TaggedTemplateExpression' ? dottedName(callee['tag']) : dottedName(callee);
}

const isFunction = (node: SyntaxNode): boolean => node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration';

/** Its last statement is a `throw`: a test that is red on purpose. */
function throwsByItself(body: SyntaxNode): boolean {
  const block = body['body'] as SyntaxNode;
  return block.type === 'BlockStatement' && (block['body'] as readonly SyntaxNode[]).at(-1)?.type === 'ThrowStatement';
}

/** Functions of this file that assert, directly or by each other. */
function assertingFunctions(program: SyntaxNode): ReadonlySet<string> {
  const functions = new Map<string, SyntaxNode>();
  walk(program, (node) => {
    if (node.type === 'FunctionDeclaration' && isNode(node['id'])) functions.set(String(node['id']['name']), node);
    if (node.type === 'VariableDeclarator' && isNode(node['init']) && isFunction(node['init'])) functions.set(dottedName(node['id']), node['init']);
  });
  const asserting = new Set<string>();
  for (let before = -1; before !== asserting.size; ) {
    before = asserting.size;
    for (const [name, body] of functions) if (assertions(body, asserting) !== 'none') asserting.add(name);
  }
  return asserting;
}

type Verdict = 'none' | 'conditional' | 'plain';

function assertions(body: SyntaxNode, asserting: ReadonlySet<string>): Verdict {
  let verdict: Verdict = 'none';
  walk(body, (node, ancestors) => {
    if (node.type !== 'CallExpression' || verdict === 'plain') return;
    const name = calledName(node) || dottedName(innermost(node));
    if (ASSERTS.test(name) || asserting.has(name)) verdict = ancestors.some(isCondition) ? 'conditional' : 'plain';
  });
  return verdict;
}

/** `expect(x).not.toBe(y)` → `expect`. */
function innermost(node: SyntaxNode): unknown {
  let current: unknown = node;
  while (isNode(current) && (current.type === 'CallExpression' || current.type === 'MemberExpression')) current = current.type === 'CallExpression' ? current['callee'] : current['object'];
  return current;
}

const isCondition = (node: SyntaxNode): boolean => node.type === 'IfStatement' || node.type === 'CatchClause' || node.type === 'SwitchCase';
