import { compileSuccessPattern } from '@hookline/core';
import type { PatternMatcher } from './pattern-matcher.ts';

/** Where there are no threads. A pattern takes as long as its budget allows, and other requests wait for it. */
export function createInlinePatternMatcher(): PatternMatcher {
  return {
    async match(pattern, body) {
      return compileSuccessPattern(pattern)(body);
    },
    async close() {
      // nothing is held
    },
  };
}
