import { JsonLexer, type ScanLimits } from './json-lexer.ts';
import { LIMITS } from './limits.ts';
import { KIND, describeKinds, type MemberRecord, type ObjectShape } from './object-shape.ts';
import { SeenKeys } from './seen-keys.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const NOTHING = new Uint8Array(0);
const LITERALS = new Map<number, readonly [text: string, kind: number]>([
  [0x74, ['true', KIND.boolean]], [0x66, ['false', KIND.boolean]], [0x6e, ['null', KIND.null]],
]);

/**
 * Walks once over JSON, before anything parses it, and refuses what `bad-input.md` A refuses: see `JsonLexer` for faults and problems. Recursion is as deep as
 * `LIMITS.depthMax`. While it walks, it notes the members that its shape asks for. One scanner serves many items, one after the other; nothing of an item
 * survives the next.
 */
export class JsonScanner extends JsonLexer {
  private readonly shape: ObjectShape | null;
  private readonly records: readonly MemberRecord[];
  private readonly seen = new SeenKeys();
  private nodes = 0;
  /** The item scanned last: text[itemStart, itemEnd). */
  itemStart = 0;
  itemEnd = 0;

  constructor(limits: ScanLimits, shape: ObjectShape | null) {
    super(limits);
    this.shape = shape;
    this.records = [shape, ...(shape?.inner ?? [])].map((each) => each?.record ?? null).filter((record) => record !== null);
  }

  /** Sets the scanner on bytes[from, to); `shift` = bytes minus UTF-16 units before `from`. */
  open(bytes: Uint8Array, text: string, from = 0, to = bytes.length, shift = 0): void {
    this.bytes = bytes;
    this.text = text;
    this.pos = from;
    this.origin = from;
    this.end = to;
    this.shift = shift;
    this.fault = null;
    this.pathPrefix = '';
    this.problems = [];
  }

  /** Lets go of the body; `open` is next. */
  close(): void {
    this.open(NOTHING, '');
  }

  /** The next byte that is not white space (not consumed), or -1. */
  peek(): number {
    return this.skipSpace();
  }

  /** Consumes the `[` that `peek` showed; true = an element follows, false = it was empty. */
  enterArray(): boolean {
    this.pos++;
    if (this.skipSpace() !== CLOSE_ARRAY) return true;
    this.pos++;
    return false;
  }

  /** After an element: true = another one follows, false = the array is closed, or there is a fault. */
  nextElement(): boolean {
    const next = this.skipSpace();
    if (next !== COMMA && next !== CLOSE_ARRAY) return this.syntaxFault(this.pos);
    this.pos++;
    if (next === COMMA) this.skipSpace();
    return next === COMMA;
  }

  /** True when nothing but white space is left; else there is a fault. */
  isAtEnd(): boolean {
    return this.skipSpace() === -1 || this.syntaxFault(this.pos);
  }

  /** Scans one value. `path` is the item's JSON pointer; `isFramed` = it stands in an array, which counts as depth unless the item is an object. */
  scanItem(path: string, isFramed: boolean): boolean {
    const isObject = this.skipSpace() === OPEN_OBJECT;
    const depth = isFramed && !isObject ? 1 : 0;
    if (this.problems.length > 0) this.problems = [];
    this.pathPrefix = path;
    this.level = this.pathFrom = depth;
    this.nodes = 0;
    this.stringBytesMax = this.limits.stringBytesMax;
    this.seen.clear();
    for (const record of this.records) record.clear();
    const start = this.pos;
    this.itemStart = start - this.shift;
    if (!this.scanValue(depth, this.shape)) return false;
    this.itemEnd = this.pos - this.shift;
    this.level = depth;
    if (this.pos - start > this.limits.itemBytesMax) this.addProblem(this.limits.tooLargeCode, `It has more than ${this.limits.itemBytesMax} bytes.`);
    return true;
  }

  /** `depth` = arrays and objects around this value. */
  private scanValue(depth: number, shape: ObjectShape | null): boolean {
    if (++this.nodes === this.limits.nodesMax + 1) this.addProblem('too_many_nodes', `There are more than ${this.limits.nodesMax} values.`);
    const byte = this.pos < this.end ? (this.bytes[this.pos] as number) : -1;
    if (byte === QUOTE) return this.scanString();
    if (byte === OPEN_OBJECT) return this.scanObject(depth, shape);
    if (byte === OPEN_ARRAY) return this.scanArray(depth, shape);
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return this.scanNumber();
    return this.scanLiteral(byte);
  }

  private scanLiteral(byte: number): boolean {
    const literal = LITERALS.get(byte);
    if (literal === undefined) return this.syntaxFault(this.pos);
    const [text, kind] = literal;
    for (let at = 0; at < text.length; at++) {
      if (this.pos + at >= this.end || this.bytes[this.pos + at] !== text.charCodeAt(at)) return this.syntaxFault(this.pos + at);
    }
    this.pos += text.length;
    this.kind = kind;
    return true;
  }

  private tooDeep(): false {
    return this.setFault('json_too_deep', `There are more than ${LIMITS.depthMax} levels of arrays and objects, at byte ${this.pos - this.origin}.`);
  }

  private scanArray(depth: number, shape: ObjectShape | null): boolean {
    if (depth >= LIMITS.depthMax) return this.tooDeep();
    this.pos++;
    let index = 0;
    if (this.skipSpace() !== CLOSE_ARRAY) {
      for (;;) {
        this.pathStart[depth] = index++;
        this.pathEnd[depth] = -1;
        this.level = depth + 1;
        if (!this.scanValue(depth + 1, shape)) return false;
        this.level = depth + 1;
        if (shape !== null && this.kind !== KIND.object) this.addProblem('type', 'Must be an object.');
        const next = this.skipSpace();
        if (next === CLOSE_ARRAY) break;
        if (next !== COMMA) return this.syntaxFault(this.pos);
        this.pos++;
        this.skipSpace();
      }
    }
    this.pos++;
    this.kind = KIND.array;
    return true;
  }

  private scanObject(depth: number, shape: ObjectShape | null): boolean {
    if (depth >= LIMITS.depthMax) return this.tooDeep();
    this.pos++;
    const frame = this.seen.openFrame();
    let keys = 0;
    let next = this.skipSpace();
    if (next !== CLOSE_OBJECT) {
      for (;;) {
        if (next !== QUOTE) return this.syntaxFault(this.pos);
        this.level = depth;
        const keyByte = this.pos + 1;
        const keyStart = this.pos - this.shift;
        if (!this.scanKey()) return false;
        const keyEnd = this.pos - this.shift;
        const code = shape === null ? -1 : this.keyText === null ? shape.table.find(this.keyHash, this.bytes, keyByte, this.pos - 1) : shape.table.findText(this.keyHash, this.keyText);
        keys++;
        if (keys === LIMITS.objectKeysMax + 1) this.addProblem('too_many_keys', `An object has more than ${LIMITS.objectKeysMax} keys.`);
        this.pathStart[depth] = keyStart;
        this.pathEnd[depth] = keyEnd;
        this.level = depth + 1;
        if (keys <= LIMITS.objectKeysMax && !this.seen.add(frame, this.keyHash, this.text, keyStart, keyEnd)) this.addProblem('duplicate_key', 'The object has this key twice.');
        if (this.skipSpace() !== COLON) return this.syntaxFault(this.pos);
        this.pos++;
        this.skipSpace();
        if (shape === null ? !this.scanValue(depth + 1, null) : !this.scanMember(depth, shape, code, keyStart, keyEnd)) return false;
        next = this.skipSpace();
        if (next === CLOSE_OBJECT) break;
        if (next !== COMMA) return this.syntaxFault(this.pos);
        this.pos++;
        next = this.skipSpace();
      }
    }
    this.pos++;
    this.seen.closeFrame(frame);
    this.kind = KIND.object;
    return true;
  }

  /** The value of a member of an object with a shape. */
  private scanMember(depth: number, shape: ObjectShape, code: number, keyStart: number, keyEnd: number): boolean {
    const valueStart = this.pos - this.shift;
    if (code === -1) {
      if (shape.isClosed) this.addProblem('unknown_field', 'There is no such field here.');
      return this.scanValue(depth + 1, null);
    }
    const stringBytesMax = this.stringBytesMax;
    if (code === shape.wideCode) this.stringBytesMax = this.limits.itemBytesMax;
    const kinds = shape.kinds[code] as number;
    const isArray = this.pos < this.end && this.bytes[this.pos] === OPEN_ARRAY;
    // The inner shape is for what the member should be; of a wrong kind nothing more is said than that.
    const inner = isArray === ((kinds & KIND.array) !== 0) ? (shape.inner[code] ?? null) : null;
    if (!this.scanValue(depth + 1, inner)) return false;
    this.stringBytesMax = stringBytesMax;
    this.level = depth + 1;
    if (kinds !== 0 && (kinds & this.kind) === 0) this.addProblem('type', `Must be ${describeKinds(kinds)}.`);
    if (shape.record !== null) this.note(shape.record, code, keyStart, keyEnd, valueStart);
    return true;
  }

  private note(record: MemberRecord, code: number, keyStart: number, keyEnd: number, valueStart: number): void {
    // A repeated key is a problem already; noting it twice would overrun the order.
    if (record.kinds[code] !== 0) return;
    record.kinds[code] = this.kind;
    record.keyStart[code] = keyStart;
    record.keyEnd[code] = keyEnd;
    record.valueStart[code] = valueStart;
    record.valueEnd[code] = this.pos - this.shift;
    record.integers[code] = this.integer;
    record.order[record.count++] = code;
  }
}
