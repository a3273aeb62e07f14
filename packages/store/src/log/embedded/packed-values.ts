// Statements on their way into a log thread, and rows on their way out. Structured clone walks every value, which was a fifth of the main thread's time; packed, it is
// two arrays that change hands without a copy, and one text.
import type { SqlValue, Statement } from '../sql/sql-executor.ts';

const NULL = 0;
const NUMBER = 1;
const TEXT = 2;
const BYTES = 3;

export type Row = readonly SqlValue[];

export interface PackedRows {
  /** How many values each row has. */
  readonly widths: readonly number[];
  /** The kind of each value, all rows after one another. */
  readonly kinds: Uint8Array<ArrayBuffer>;
  /** Numbers as they are; of a text its length. */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly text: string;
  readonly bytes: readonly Uint8Array[];
}

export function packRows(rows: readonly Row[]): PackedRows {
  const widths = rows.map((row) => row.length);
  const count = widths.reduce((sum, width) => sum + width, 0);
  const kinds = new Uint8Array(count);
  const numbers = new Float64Array(count);
  const bytes: Uint8Array[] = [];
  let text = '';
  let at = 0;
  // Indexed loops: an iterator's answers were a tenth of the main thread's garbage.
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r] as Row;
    for (let i = 0; i < row.length; i++, at++) {
      const value = row[i] as SqlValue;
      if (typeof value === 'number') {
        kinds[at] = NUMBER;
        numbers[at] = value;
      } else if (typeof value === 'string') {
        kinds[at] = TEXT;
        numbers[at] = value.length;
        text += value;
      } else if (value !== null) {
        kinds[at] = BYTES;
        bytes.push(value);
      }
    }
  }
  return { widths, kinds, numbers, text, bytes };
}

export const transferOf = (packed: PackedRows): ArrayBuffer[] => [packed.kinds.buffer, packed.numbers.buffer];

/** Rows in order, one at a time: they need not all live at once. */
export function* unpackRows({ widths, kinds, numbers, text, bytes }: PackedRows): Generator<SqlValue[]> {
  let at = 0;
  let textAt = 0;
  let bytesAt = 0;
  for (const width of widths) {
    const row = new Array<SqlValue>(width);
    for (let i = 0; i < width; i++, at++) {
      const number = numbers[at] as number;
      switch (kinds[at]) {
        case NUMBER:
          row[i] = number;
          break;
        case TEXT:
          row[i] = text.slice(textAt, textAt + number);
          textAt += number;
          break;
        case BYTES:
          row[i] = bytes[bytesAt++] as Uint8Array;
          break;
        case NULL:
          row[i] = null;
          break;
      }
    }
    yield row;
  }
}

export interface PackedBatch {
  /** Texts of statements this thread has not seen yet, by their number. */
  readonly sql: readonly (readonly [number: number, text: string])[];
  /** One a statement: its number. */
  readonly statements: readonly number[];
  /** One a statement: its values. */
  readonly args: PackedRows;
}

/** Packs for one thread: it numbers the statement texts that the thread has been told. */
export class BatchPacker {
  readonly #numbers = new Map<string, number>();

  pack(statements: readonly Statement[]): PackedBatch {
    const sql: [number, string][] = [];
    const numberOf = (text: string): number => {
      let number = this.#numbers.get(text);
      if (number === undefined) {
        number = this.#numbers.size;
        this.#numbers.set(text, number);
        sql.push([number, text]);
      }
      return number;
    };
    return { statements: statements.map((s) => numberOf(s.sql)), sql, args: packRows(statements.map((s) => s.args)) };
  }
}

/** The other end: knows the statement texts that came before. */
export class BatchUnpacker {
  readonly #sql: string[] = [];

  *unpack(batch: PackedBatch): Generator<Statement> {
    for (const [number, text] of batch.sql) this.#sql[number] = text;
    let next = 0;
    for (const args of unpackRows(batch.args)) yield { sql: this.#sql[batch.statements[next++] as number] as string, args };
  }
}
