import type { LogRow } from '@hookline/core';
import { estimateRowBytes } from '../recent-rows.ts';

const BYTES_MAX = 8 * 1024 * 1024;
const CONTROL_BYTES = 1_200;
const bytesOf = (row: LogRow): number => (row.kind === 'event' ? estimateRowBytes(row) : CONTROL_BYTES);

/** The newest rows of a log that others append to, read once for all who follow it. Positions may have gaps; between `floor` and `through` nothing is missing. Capped in bytes, oldest go first. */
export class HeadRows {
  #rows: LogRow[] = [];
  #start = 0;
  #bytes = 0;
  #floor = 0;
  #through = 0;

  /** What lies in (after, through], all of it. */
  add(after: number, through: number, rows: readonly LogRow[]): void {
    if (after !== this.#through) this.#restart(after);
    for (const row of rows) {
      this.#rows.push(row);
      this.#bytes += bytesOf(row);
    }
    this.#through = through;
    while (this.#bytes > BYTES_MAX) {
      const oldest = this.#rows[this.#start++] as LogRow;
      this.#bytes -= bytesOf(oldest);
      this.#floor = oldest.position;
    }
    if (this.#start > 64 && this.#start * 2 > this.#rows.length) {
      this.#rows = this.#rows.slice(this.#start);
      this.#start = 0;
    }
  }

  #restart(after: number): void {
    this.#rows = [];
    this.#start = 0;
    this.#bytes = 0;
    this.#floor = after;
  }

  /** Rows above `after`, at most so many; null = some of them are not here. */
  after(after: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): readonly LogRow[] | null {
    if (after < this.#floor || after >= this.#through) return null;
    const from = this.#firstAbove(after);
    let to = from;
    for (let bytes = 0; to < this.#rows.length && to - from < limits.rowsMax && bytes < limits.bytesMax; to++) bytes += bytesOf(this.#rows[to] as LogRow);
    return this.#rows.slice(from, to);
  }

  #firstAbove(position: number): number {
    let from = this.#start;
    let to = this.#rows.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#rows[middle] as LogRow).position <= position) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
