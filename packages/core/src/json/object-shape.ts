import type { KeyTable } from './key-table.ts';

/** What a JSON value is, as bits, so that a field can allow several. `integer` is a number written without fraction and exponent. */
export const KIND = { string: 1, integer: 2, real: 4, boolean: 8, null: 16, object: 32, array: 64 } as const;

const NAMES: readonly (readonly [number, string])[] = [
  [KIND.string, 'a string'], [KIND.integer | KIND.real, 'a number'], [KIND.integer, 'an integer'], [KIND.boolean, 'true or false'], [KIND.object, 'an object'],
  [KIND.array, 'an array'], [KIND.null, 'null'],
];

/** "a string or null": for messages. */
export function describeKinds(kinds: number): string {
  const named: string[] = [];
  let rest = kinds;
  for (const [bits, name] of NAMES) {
    if ((rest & bits) !== bits) continue;
    named.push(name);
    rest &= ~bits;
  }
  return named.join(' or ');
}

/** What the scanner knows about an object's members while it walks over them. */
export interface ObjectShape {
  readonly table: KeyTable;
  /** By code: the kinds a member may be; 0 = whoever reads the record judges. */
  readonly kinds: readonly number[];
  /** A member that the table does not know is a problem. */
  readonly isClosed: boolean;
  /** By code: the shape of the member, or of each element when it is an array (which must then hold objects only). */
  readonly inner: readonly (ObjectShape | null)[];
  /** Code of the member inside which strings may be as long as the whole item, or -1. */
  readonly wideCode: number;
  /** Where the known members are noted, or null. */
  readonly record: MemberRecord | null;
}

/** The known members of one object, by code. Offsets are UTF-16 units of the text. Scratch memory: valid until the next object of the same shape. */
export class MemberRecord {
  /** KIND of the value, 0 = absent. */
  readonly kinds: Uint8Array;
  readonly keyStart: Int32Array;
  readonly keyEnd: Int32Array;
  readonly valueStart: Int32Array;
  readonly valueEnd: Int32Array;
  /** Value of an integer; NaN when it is beyond 2^53 - 1. */
  readonly integers: Float64Array;
  /** Codes in the order sent. */
  readonly order: Uint8Array;
  count = 0;

  constructor(size: number) {
    this.kinds = new Uint8Array(size);
    this.keyStart = new Int32Array(size);
    this.keyEnd = new Int32Array(size);
    this.valueStart = new Int32Array(size);
    this.valueEnd = new Int32Array(size);
    this.integers = new Float64Array(size);
    this.order = new Uint8Array(size);
  }

  clear(): void {
    this.kinds.fill(0);
    this.count = 0;
  }
}
