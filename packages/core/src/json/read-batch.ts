import type { Parsed, Problem } from '../problem/problem.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import type { JsonScanner } from './json-scanner.ts';
import { refusal } from './problem-status.ts';

/** `json`: one object or an array. `ndjson`: one object a line; blank lines are skipped, and a line counts from 0 with them. */
export type BatchForm = 'json' | 'ndjson';

export interface Batch<T> {
  readonly items: readonly T[];
  /** The body is one object, not an array or lines. */
  readonly single: boolean;
}

/** What `read` gets about an item besides the scanner, which stands behind it. */
export interface ItemPlace {
  readonly index: number;
  /** JSON pointer of the item: `/3`, or '' when it is the whole body. */
  readonly path: string;
}

/** Makes one item's result from what the scanner noted, or from the problem that kept it from being read (a line of NDJSON only). */
export interface ItemReader<T> {
  read(place: ItemPlace, scanner: JsonScanner): T;
  refuse(place: ItemPlace, problems: readonly Problem[]): T;
}

/**
 * Splits a body into items. What makes the body unreadable as a whole (its UTF-8, syntax, depth, number of items) refuses it; what concerns one item is the
 * item's own. In NDJSON every line stands alone, its UTF-8, syntax and depth too.
 */
export function readBatch<T>(body: Uint8Array, form: BatchForm, itemsMax: number, scanner: JsonScanner, reader: ItemReader<T>): Parsed<Batch<T>> {
  if (body.length === 0) return refusal([{ path: '', code: 'json_invalid', message: 'The body is empty.' }]);
  return form === 'json' ? readDocument(body, itemsMax, scanner, reader) : readLines(body, itemsMax, scanner, reader);
}

function readDocument<T>(body: Uint8Array, itemsMax: number, scanner: JsonScanner, reader: ItemReader<T>): Parsed<Batch<T>> {
  const text = decodeUtf8(body);
  if (text === null) return refusal([NOT_UTF8('')]);
  scanner.open(body, text);
  const first = scanner.peek();
  if (first === 0x5b) return readArray(itemsMax, scanner, reader);
  if (!scanner.scanItem('', false) || !scanner.isAtEnd()) return refusal([scanner.fault as Problem]);
  if (first !== 0x7b) return refusal([{ path: '', code: 'schema_object_expected', message: 'Must be an object or an array of objects.' }]);
  return { ok: true, value: { items: [reader.read({ index: 0, path: '' }, scanner)], single: true } };
}

function readArray<T>(itemsMax: number, scanner: JsonScanner, reader: ItemReader<T>): Parsed<Batch<T>> {
  const items: T[] = [];
  let hasMore = scanner.enterArray();
  while (hasMore) {
    if (items.length === itemsMax) return refusal([TOO_MANY(itemsMax)]);
    const place = { index: items.length, path: `/${items.length}` };
    if (!scanner.scanItem(place.path, true)) break;
    items.push(reader.read(place, scanner));
    hasMore = scanner.nextElement();
  }
  if (scanner.fault !== null || !scanner.isAtEnd()) return refusal([scanner.fault as unknown as Problem]);
  return items.length === 0 ? refusal([NO_ITEMS]) : { ok: true, value: { items, single: false } };
}

function readLines<T>(body: Uint8Array, itemsMax: number, scanner: JsonScanner, reader: ItemReader<T>): Parsed<Batch<T>> {
  const items: T[] = [];
  const whole = decodeUtf8(body);
  let textFrom = 0;
  for (let index = 0, from = 0; from < body.length; index++) {
    const newline = body.indexOf(0x0a, from);
    const to = newline === -1 ? body.length : newline;
    if (!isBlank(body, from, to)) {
      if (items.length === itemsMax) return refusal([TOO_MANY(itemsMax)]);
      items.push(readLine({ index, path: `/${index}` }, { body, whole, from, to, textFrom }, scanner, reader));
    }
    from = to + 1;
    if (whole !== null) textFrom = whole.length === body.length ? from : whole.indexOf('\n', textFrom) + 1;
  }
  return items.length === 0 ? refusal([NO_ITEMS]) : { ok: true, value: { items, single: false } };
}

/** A line in its body. `whole` is null when the body is not valid UTF-8 somewhere: then each line is decoded for itself. */
interface Line {
  readonly body: Uint8Array;
  readonly whole: string | null;
  readonly from: number;
  readonly to: number;
  readonly textFrom: number;
}

function readLine<T>(place: ItemPlace, line: Line, scanner: JsonScanner, reader: ItemReader<T>): T {
  if (line.whole !== null) {
    scanner.open(line.body, line.whole, line.from, line.to, line.from - line.textFrom);
  } else {
    const bytes = line.body.subarray(line.from, line.to);
    const text = decodeUtf8(bytes);
    if (text === null) return reader.refuse(place, [NOT_UTF8(place.path)]);
    scanner.open(bytes, text);
  }
  const isRead = scanner.scanItem(place.path, false) && scanner.isAtEnd();
  return isRead ? reader.read(place, scanner) : reader.refuse(place, [scanner.fault as Problem]);
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}

const NO_ITEMS: Problem = { path: '', code: 'batch_empty', message: 'The batch holds nothing.' };
const NOT_UTF8 = (path: string): Problem => ({ path, code: 'utf8_invalid', message: 'Not valid UTF-8.' });
const TOO_MANY = (itemsMax: number): Problem => ({ path: '', code: 'batch_too_many', message: `There are more than ${itemsMax} in one body.` });
