// Runs in a worker thread: a pattern within its budget still takes up to 60 ms, and the event loop has others to serve (G7).
import { parentPort } from 'node:worker_threads';
import { compileSuccessPattern } from '@hookline/core';
import type { PatternAnswer, PatternQuestion } from './pattern-matcher.ts';

/** Compiled patterns that are kept; a hook has one. */
const COMPILED_COUNT_MAX = 1_000;

const compiled = new Map<string, (body: string) => boolean>();

function compile(pattern: string): (body: string) => boolean {
  let matches = compiled.get(pattern);
  if (matches !== undefined) return matches;
  matches = compileSuccessPattern(pattern);
  if (compiled.size >= COMPILED_COUNT_MAX) compiled.clear();
  compiled.set(pattern, matches);
  return matches;
}

parentPort?.on('message', ({ id, pattern, body }: PatternQuestion) => {
  parentPort?.postMessage({ id, matched: compile(pattern)(body) } satisfies PatternAnswer);
});
