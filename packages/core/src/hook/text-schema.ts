import { z } from 'zod';
import { issueParams } from '../problem/problems-of-zod.ts';
import { exceedsUtf8Bytes } from '../message/utf8-byte-length.ts';

export interface TextBounds {
  /** Unicode code points. */
  readonly charsMax?: number;
  /** UTF-8. */
  readonly bytesMax?: number;
}

/** Text that people or protocols read: not empty, no control characters, well-formed. */
export function textSchema(bounds: TextBounds): z.ZodString {
  const { charsMax = Number.POSITIVE_INFINITY, bytesMax = Number.POSITIVE_INFINITY } = bounds;
  return z
    .string()
    .min(1)
    .refine((text) => text.length <= charsMax || [...text].length <= charsMax, issueParams('too_long', `Must be at most ${charsMax} characters.`))
    .refine((text) => !exceedsUtf8Bytes(text, bytesMax), issueParams('too_long', `Must be at most ${bytesMax} bytes.`))
    .refine((text) => !/\p{Cc}/u.test(text), issueParams('characters_forbidden', 'Must not hold control characters.'))
    .refine((text) => text.isWellFormed(), issueParams('string_ill_formed', 'Must be well-formed Unicode.'))
    .meta(Number.isFinite(charsMax) ? { maxLength: charsMax } : {});
}
