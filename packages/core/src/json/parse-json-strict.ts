import type { Parsed, Problem } from '../problem/problem.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import type { ScanLimits } from './json-lexer.ts';
import { JsonScanner } from './json-scanner.ts';
import { LIMITS } from './limits.ts';
import { refusal } from './problem-status.ts';
import { type Batch, type BatchForm, readBatch } from './read-batch.ts';

const BODY_LIMITS: ScanLimits = { itemBytesMax: LIMITS.bodyBytesMax, nodesMax: LIMITS.eventNodesMax, stringBytesMax: LIMITS.stringBytesMax, tooLargeCode: 'body_too_large' };

/** Parses a body by the rules of the door (depth, keys, duplicate keys, numbers, strings); of `limits`, what is left out is that of an API body. */
export function parseJsonStrict(body: Uint8Array | string, limits: Partial<ScanLimits> = {}): Parsed<unknown> {
  // A string can hold half a surrogate pair, which no bytes can: encoding it would replace it silently.
  if (typeof body === 'string' && !body.isWellFormed()) return refusal([{ path: '', code: 'string_ill_formed', message: 'The text holds half of a surrogate pair.' }]);
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const text = typeof body === 'string' ? body : decodeUtf8(body);
  if (text === null) return refusal([{ path: '', code: 'utf8_invalid', message: 'Not valid UTF-8.' }]);
  const scanner = new JsonScanner({ ...BODY_LIMITS, ...limits }, null);
  scanner.open(bytes, text);
  if (!scanner.scanItem('', false) || !scanner.isAtEnd()) return refusal([scanner.fault as Problem]);
  return scanner.problems.length > 0 ? refusal(scanner.problems) : { ok: true, value: JSON.parse(text) };
}

/** One object of a bulk body: its value, or what is wrong with it alone. `text` is what it was sent as, for members that keep their bytes; '' where it could not be read. */
export type StrictItem = { readonly index: number; readonly path: string; readonly text: string; readonly result: Parsed<unknown> };

/**
 * The same for a bulk body: an object, an array of objects, or lines. Trouble with one item is the item's own, as for events. NDJSON without an end is read by
 * calling this once for each stretch of whole lines.
 */
export function parseItemsStrict(body: Uint8Array, form: BatchForm, itemsMax: number, limits: Partial<ScanLimits> = {}): Parsed<Batch<StrictItem>> {
  return readBatch(body, form, itemsMax, new JsonScanner({ ...BODY_LIMITS, ...limits }, null), {
    read: ({ index, path }, scanner) => {
      const text = scanner.text.slice(scanner.itemStart, scanner.itemEnd);
      if (scanner.problems.length > 0) return { index, path, text, result: refusal(scanner.problems) };
      if (!text.startsWith('{')) return { index, path, text, result: refusal([{ path, code: 'schema_object_expected', message: 'Must be an object.' }]) };
      return { index, path, text, result: { ok: true, value: JSON.parse(text) } };
    },
    refuse: ({ index, path }, problems) => ({ index, path, text: '', result: refusal(problems) }),
  });
}
