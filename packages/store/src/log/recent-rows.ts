import type { EventDraft, LogRow } from '@hookline/core';

/** Rows that were just committed, kept so that readers near the head of the log need not ask the store. This much is kept whoever reads. */
const RECENT_BYTES_MIN = 2 * 1024 * 1024;
/** And so much for readers that are on their way through it: a row read from the file costs as much as all that is done with it afterwards. */
const RECENT_BYTES_MAX = 64 * 1024 * 1024;
const ROW_OVERHEAD_BYTES = 300;

export function estimateRowBytes(row: Pick<EventDraft, 'base' | 'profile' | 'customData'>): number {
  return ROW_OVERHEAD_BYTES + row.base.length + (row.profile?.length ?? 0) + (row.customData?.length ?? 0);
}

const bytesOf = (row: LogRow): number => (row.kind === 'event' ? estimateRowBytes(row) : ROW_OVERHEAD_BYTES * 4);

export class RecentRows {
  /** Without gaps: one appender gives out positions one by one. */
  #rows: LogRow[] = [];
  /** Rows before this index are dropped already. */
  #start = 0;
  #bytes = 0;
  /** Rows above it are wanted; infinite = nobody is on the way. */
  #wantedAfter = Number.POSITIVE_INFINITY;

  add(rows: readonly LogRow[]): void {
    for (const row of rows) {
      this.#rows.push(row);
      this.#bytes += bytesOf(row);
    }
    this.#trim();
  }

  /** Where readers stand that will come for what follows. One that stands below everything here keeps nothing: it asks the store anyway. */
  keepFor(cursors: readonly number[]): void {
    const first = this.#rows[this.#start];
    this.#wantedAfter = Number.POSITIVE_INFINITY;
    for (const cursor of cursors) if (first && cursor >= first.position - 1 && cursor < this.#wantedAfter) this.#wantedAfter = cursor;
    this.#trim();
  }

  #trim(): void {
    for (; this.#start < this.#rows.length; this.#start++) {
      const oldest = this.#rows[this.#start] as LogRow;
      if (this.#bytes <= (oldest.position > this.#wantedAfter ? RECENT_BYTES_MAX : RECENT_BYTES_MIN)) break;
      this.#bytes -= bytesOf(oldest);
    }
    if (this.#start > 64 && this.#start * 2 > this.#rows.length) {
      this.#rows = this.#rows.slice(this.#start);
      this.#start = 0;
    }
  }

  /** Retention has removed these (ascending): nothing at or below the last of them is answered from here any more. */
  drop(positions: readonly number[]): void {
    const first = this.#rows[this.#start];
    const last = positions.at(-1);
    if (!first || last === undefined) return;
    const until = Math.min(this.#start + Math.max(0, last - first.position + 1), this.#rows.length);
    while (this.#start < until) this.#bytes -= bytesOf(this.#rows[this.#start++] as LogRow);
  }

  /** Rows above `after`, or null when some of them are not here. */
  after(after: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): readonly LogRow[] | null {
    const first = this.#rows[this.#start];
    if (!first || after < first.position - 1) return null;
    const from = this.#start + (after - first.position + 1);
    let to = from;
    for (let bytes = 0; to < this.#rows.length && to - from < limits.rowsMax && bytes < limits.bytesMax; to++) bytes += bytesOf(this.#rows[to] as LogRow);
    return to > from ? this.#rows.slice(from, to) : null;
  }

  /** The rows at these positions, or null when some of them are not here. */
  at(positions: readonly number[]): readonly LogRow[] | null {
    const first = this.#rows[this.#start];
    const lowest = positions[0];
    if (!first || lowest === undefined || lowest < first.position) return null;
    const rows = positions.map((position) => this.#rows[this.#start + position - first.position]);
    return rows.every((row) => row !== undefined) ? (rows as LogRow[]) : null;
  }
}
