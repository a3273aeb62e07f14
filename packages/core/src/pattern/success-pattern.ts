// The success pattern of a hook: RE2 syntax in a linear engine (re2js), found anywhere in the body, case-sensitive, `.` stops at a newline (`(?s)` and `(?i)` change
// that). Linear still means program size × bytes: `a((a?){30}){30}c` took 7.9 s on 64 KiB. Hence a budget: large programs look at less of the body, and the largest
// are refused.

import { RE2JS } from 're2js';
import { HooklineError } from '../problem/hookline-error.ts';
import type { Parsed } from '../problem/problem.ts';

/** Source text, UTF-8. */
export const PATTERN_BYTES_MAX = 1_024;
/** RE2 instructions. */
const PROGRAM_SIZE_MAX = 1_000;
/** Of the response body, also the most a transport needs to keep. */
export const INSPECT_BYTES_MAX = 65_536;
/** Program size × bytes: about 60 ms at the worst. */
const STEP_COUNT_MAX = 2_000_000;
const MESSAGE_CHARS_MAX = 200;

export interface SuccessPattern {
  readonly programSize: number;
  /** What comes after this many bytes of the body is not looked at. */
  readonly inspectBytesMax: number;
}

/** `too_long`, `regex_unsupported` or `regex_too_complex`, at path ''. */
export function parseSuccessPattern(text: string): Parsed<SuccessPattern> {
  const refuse = (code: string, message: string): Parsed<SuccessPattern> => ({ ok: false, status: 422, problems: [{ path: '', code, message }] });
  if (new TextEncoder().encode(text).length > PATTERN_BYTES_MAX) return refuse('too_long', `Must be at most ${PATTERN_BYTES_MAX} bytes.`);
  let programSize: number;
  try {
    programSize = RE2JS.compile(text).programSize();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse('regex_unsupported', `Must be RE2 syntax: ${reason.slice(0, MESSAGE_CHARS_MAX)}`);
  }
  if (programSize > PROGRAM_SIZE_MAX) return refuse('regex_too_complex', `Compiles to ${programSize} instructions; at most ${PROGRAM_SIZE_MAX} are possible.`);
  return { ok: true, value: { programSize, inspectBytesMax: Math.min(INSPECT_BYTES_MAX, Math.floor(STEP_COUNT_MAX / programSize)) } };
}

/** For a pattern that was saved, hence is valid. The empty one is no rule: everything matches. */
export function compileSuccessPattern(text: string): (body: string) => boolean {
  if (text === '') return () => true;
  const parsed = parseSuccessPattern(text);
  if (!parsed.ok) throw new HooklineError('invariant_broken', `A saved success pattern does not compile: ${parsed.problems[0]?.code}`);
  const pattern = RE2JS.compile(text);
  const { inspectBytesMax } = parsed.value;
  return (body) => pattern.matcher(cutToBytes(body, inspectBytesMax)).find();
}

/** The longest beginning of whole characters that fits. */
function cutToBytes(text: string, bytesMax: number): string {
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(bytesMax)).read);
}
