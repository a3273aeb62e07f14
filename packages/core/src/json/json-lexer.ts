import { jsonPointer } from '../problem/json-pointer.ts';
import type { Problem } from '../problem/problem.ts';
import { KEY_HASH_PRIME, KEY_HASH_SEED, hashKey } from './key-table.ts';
import { LIMITS } from './limits.ts';
import { KIND } from './object-shape.ts';
import { decodeKey } from './seen-keys.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;
/** `"`, `\`, `/`, b, f, n, r, t: what may follow a backslash besides u. */
const SIMPLE_ESCAPES: readonly number[] = [0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74];

export interface ScanLimits {
  /** One item as it was sent, bytes; also the limit of strings inside the shape's wide member. */
  readonly itemBytesMax: number;
  /** Values of one item. */
  readonly nodesMax: number;
  /** One string, bytes of UTF-8. */
  readonly stringBytesMax: number;
  /** Code of an item, or of a string in it, that is too large. */
  readonly tooLargeCode: string;
}

/**
 * Strings, numbers and where we are. Works on bytes, because limits and offsets are bytes and typed arrays are the fastest thing to walk; `shift` (bytes minus
 * UTF-16 units passed so far) turns a place in the bytes into one in the decoded text, from which all slices are taken. The bytes are valid UTF-8.
 *
 * Two sorts of trouble. A *fault* ends the scan: what follows cannot be read (methods return false, `fault` is set). A *problem* is noted with its path and the
 * scan goes on, so that all problems of an item are found and the items after it can be read.
 */
export class JsonLexer {
  protected readonly limits: ScanLimits;
  protected bytes: Uint8Array = new Uint8Array(0);
  protected pos = 0;
  protected end = 0;
  protected shift = 0;
  /** Byte offsets in messages count from here. */
  protected origin = 0;
  text = '';
  fault: Problem | null = null;
  problems: Problem[] = [];

  /** KIND of the value read last, and its number when it is an integer. */
  kind = 0;
  integer = 0;
  protected stringBytesMax: number;
  protected keyHash = 0;
  /** null = plain ASCII: the key is its bytes. */
  protected keyText: string | null = null;
  private hasLoneSurrogate = false;

  /** Where the scan is: `level` segments, each a key (its token in the text) or an array index (keyEnd -1). */
  protected pathPrefix = '';
  protected level = 0;
  protected pathFrom = 0;
  protected readonly pathStart = new Int32Array(LIMITS.depthMax + 2);
  protected readonly pathEnd = new Int32Array(LIMITS.depthMax + 2);

  constructor(limits: ScanLimits) {
    this.limits = limits;
    this.stringBytesMax = limits.stringBytesMax;
  }

  /** JSON pointer of the place the scan is at. */
  protected pointer(): string {
    let path = this.pathPrefix;
    for (let at = this.pathFrom; at < this.level; at++) {
      const end = this.pathEnd[at] as number;
      const longer = jsonPointer(path, [end === -1 ? (this.pathStart[at] as number) : decodeKey(this.text.slice(this.pathStart[at], end))]);
      if (longer.length > LIMITS.pathCharsMax) break;
      path = longer;
    }
    return path;
  }

  protected addProblem(code: string, message: string): void {
    if (this.problems.length < LIMITS.problemsMax) this.problems.push({ path: this.pointer(), code, message });
  }

  protected setFault(code: string, message: string): false {
    this.fault = { path: this.pathPrefix, code, message };
    return false;
  }

  protected syntaxFault(at: number): false {
    return this.setFault('json_invalid', at >= this.end ? `The JSON ends too early, at byte ${this.end - this.origin}.` : `Not JSON at byte ${at - this.origin}.`);
  }

  /** Skips white space; the byte after it, or -1 at the end. Small enough to be inlined, for mostly there is none. */
  protected skipSpace(): number {
    const byte = this.pos < this.end ? (this.bytes[this.pos] as number) : -1;
    return byte > 0x20 ? byte : this.skipSpaceSlowly();
  }

  private skipSpaceSlowly(): number {
    const { bytes, end } = this;
    let at = this.pos;
    let byte = -1;
    while (at < end && ((byte = bytes[at] as number) === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)) at++;
    this.pos = at;
    return at < end ? byte : -1;
  }

  protected scanKey(): boolean {
    const { bytes, end } = this;
    const start = this.pos + 1;
    let hash = KEY_HASH_SEED;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.pos = at + 1;
        this.keyHash = hash;
        this.keyText = null;
        if (at - start > LIMITS.keyBytesMax) this.addProblem('key_too_long', `A key has more than ${LIMITS.keyBytesMax} bytes.`);
        return true;
      }
      if (byte === BACKSLASH || byte > 0x7f) break;
      if (byte < 0x20) return this.syntaxFault(at);
      hash = Math.imul(hash ^ byte, KEY_HASH_PRIME);
    }
    const tokenStart = this.pos - this.shift;
    if (!this.scanText(LIMITS.keyBytesMax, 'key_too_long', 'key')) return false;
    this.keyText = decodeKey(this.text.slice(tokenStart, this.pos - this.shift));
    this.keyHash = hashKey(this.keyText);
    return true;
  }

  protected scanString(): boolean {
    this.kind = KIND.string;
    return this.scanText(this.stringBytesMax, this.limits.tooLargeCode, 'string');
  }

  private scanText(bytesMax: number, tooLongCode: string, noun: string): boolean {
    const { bytes, end } = this;
    const start = this.pos + 1;
    let at = start;
    /** How many bytes shorter the decoded string is than the written one. */
    let saved = 0;
    this.hasLoneSurrogate = false;
    for (;;) {
      if (at >= end) return this.syntaxFault(at);
      const byte = bytes[at] as number;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        const length = this.escapeLength(at);
        if (length === 0) return false;
        saved += length === 2 ? 1 : length - this.utf8Length(at, length);
        at += length;
      } else if (byte < 0x80) {
        if (byte < 0x20) return this.syntaxFault(at);
        at++;
      } else if (byte < 0xe0) {
        at += 2;
        this.shift += 1;
      } else {
        at += byte < 0xf0 ? 3 : 4;
        this.shift += 2;
      }
    }
    this.pos = at + 1;
    if (at - start - saved > bytesMax) this.addProblem(tooLongCode, `A ${noun} has more than ${bytesMax} bytes.`);
    if (this.hasLoneSurrogate) this.addProblem('string_ill_formed', `A ${noun} holds half of a surrogate pair.`);
    return true;
  }

  /** Length of the escape at `at` as written: 2, 6, 12 (a surrogate pair) or 0 with a fault. */
  private escapeLength(at: number): number {
    const next = at + 1 < this.end ? (this.bytes[at + 1] as number) : -1;
    if (next !== 0x75) {
      if (SIMPLE_ESCAPES.includes(next)) return 2;
      this.syntaxFault(at + 1);
      return 0;
    }
    const unit = this.hexUnit(at + 2);
    if (unit === -1) {
      this.syntaxFault(at + 2);
      return 0;
    }
    if (unit < 0xd800 || unit > 0xdfff) return 6;
    if (unit < 0xdc00 && at + 7 < this.end && this.bytes[at + 6] === BACKSLASH && this.bytes[at + 7] === 0x75) {
      const low = this.hexUnit(at + 8);
      if (low >= 0xdc00 && low <= 0xdfff) return 12;
    }
    this.hasLoneSurrogate = true;
    return 6;
  }

  /** Bytes of UTF-8 that a \u escape of `length` written bytes stands for. */
  private utf8Length(at: number, length: number): number {
    if (length === 12) return 4;
    const unit = this.hexUnit(at + 2);
    return unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
  }

  private hexUnit(at: number): number {
    if (at + 4 > this.end) return -1;
    let unit = 0;
    for (let digit = at; digit < at + 4; digit++) {
      const byte = this.bytes[digit] as number;
      const lower = byte | 0x20;
      if (byte >= ZERO && byte <= 0x39) unit = unit * 16 + (byte - ZERO);
      else if (lower >= 0x61 && lower <= 0x66) unit = unit * 16 + (lower - 0x57);
      else return -1;
    }
    return unit;
  }

  protected scanNumber(): boolean {
    const { bytes } = this;
    const start = this.pos;
    const isNegative = bytes[start] === MINUS;
    let at = isNegative ? start + 1 : start;
    const integerEnd = this.skipDigits(at);
    if (integerEnd === at || (bytes[at] === ZERO && integerEnd - at > 1)) return this.syntaxFault(at);
    this.kind = KIND.integer;
    this.integer = integerEnd - at > 16 ? Number.NaN : this.readInteger(at, integerEnd, isNegative);
    at = integerEnd;
    if (at < this.end && bytes[at] === 0x2e) {
      const fractionEnd = this.skipDigits(at + 1);
      if (fractionEnd === at + 1) return this.syntaxFault(fractionEnd);
      this.kind = KIND.real;
      at = fractionEnd;
    }
    const mantissaEnd = at;
    if (at < this.end && ((bytes[at] as number) | 0x20) === 0x65) {
      const sign = at + 1 < this.end ? bytes[at + 1] : -1;
      const digits = sign === 0x2b || sign === MINUS ? at + 2 : at + 1;
      at = this.skipDigits(digits);
      if (at === digits) return this.syntaxFault(at);
      this.kind = KIND.real;
    }
    this.pos = at;
    // Within the allowed length only an exponent can leave the range of a double.
    if (at - start > LIMITS.numberCharsMax) this.addProblem('number_too_long', `A number has more than ${LIMITS.numberCharsMax} characters.`);
    else if (at > mantissaEnd) this.checkRange(start, mantissaEnd, at);
    return true;
  }

  private skipDigits(from: number): number {
    const { bytes, end } = this;
    let at = from;
    while (at < end && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= 0x39) at++;
    return at;
  }

  private readInteger(from: number, to: number, isNegative: boolean): number {
    let value = 0;
    for (let at = from; at < to; at++) value = value * 10 + ((this.bytes[at] as number) - ZERO);
    if (!Number.isSafeInteger(value)) return Number.NaN;
    return isNegative ? 0 - value : value;
  }

  /** A number that a double turns into infinity, or into zero though it is none, has no place with most receivers. */
  private checkRange(start: number, mantissaEnd: number, end: number): void {
    const value = Number(this.text.slice(start - this.shift, end - this.shift));
    if (Number.isFinite(value) && (value !== 0 || !/[1-9]/.test(this.text.slice(start - this.shift, mantissaEnd - this.shift)))) return;
    this.addProblem('number_out_of_range', 'A number is beyond the range of a double.');
  }
}
