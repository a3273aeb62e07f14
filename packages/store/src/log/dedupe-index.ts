// Callers' ids: hash64 → position, exact because the caller of this index confirms every hit against the whole id in the log row. The youngest ids are in an
// open-addressing table; a full one is frozen and written out part by part, sorted, with a filter, in the commits that happen anyway.
import type { IdRunRow } from './log-backend.ts';

/** Ids in the table before it is sealed. A table of twice as many slots takes 16 bytes a slot: 8 MB, twice while one is being written. */
const IDS_PER_RUN = 1 << 18;
/** The table is sealed after so many positions too, however few have a caller's id: it bounds what is read again at a start. */
const POSITIONS_PER_RUN = 1 << 19;
/** A run is written in at most this many rows, by the top bits of the hash: about 1,024 ids, 16 KB each. */
const PARTS_PER_RUN = 256;
/** Filter bits an id; with 4 probes some 1 % false hits, each of which costs one row read. */
const FILTER_BITS_PER_ID = 10;
const FILTER_PROBES = 4;
/** Filters kept in memory: 100 million ids. The oldest ones beyond it are given up; every new id then costs a row read for each of those runs. */
const FILTER_BYTES_MAX = 128 * 1024 * 1024;
const ENTRY_BYTES = 16;
const SLOTS_AT_START = 1 << 14;

export interface DedupeOptions {
  readonly idsPerRun?: number;
  readonly positionsPerRun?: number;
  readonly filterBytesMax?: number;
  readonly hash?: typeof hashCallerId;
}

export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

/** Seeded by the log's own id, so that nobody outside can aim at collisions. */
export function hashCallerId(seed: number, accountId: number, callerId: string): Hash64 {
  let a = (0xdeadbeef ^ seed) | 0;
  let b = (0x41c6ce57 ^ accountId ^ (seed >>> 7)) | 0;
  for (let i = 0; i < callerId.length; i++) {
    const c = callerId.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return { high: b >>> 0, low: a >>> 0 };
}

/** Fixed-width open addressing; position 0 = empty slot (positions begin at 1). */
class IdTable {
  #high: Uint32Array;
  #low: Uint32Array;
  #position: Float64Array;
  count = 0;
  constructor(slots: number = SLOTS_AT_START) {
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#position = new Float64Array(slots);
  }
  add(hash: Hash64, position: number): void {
    if (this.count * 2 >= this.#position.length) this.#grow();
    this.#put(hash.high, hash.low, position);
    this.count++;
  }
  #put(high: number, low: number, position: number): void {
    const mask = this.#position.length - 1;
    let slot = low & mask;
    while (this.#position[slot] !== 0) slot = (slot + 1) & mask;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#position[slot] = position;
  }
  #grow(): void {
    const [high, low, position] = [this.#high, this.#low, this.#position];
    this.#high = new Uint32Array(position.length * 2);
    this.#low = new Uint32Array(position.length * 2);
    this.#position = new Float64Array(position.length * 2);
    for (let i = 0; i < position.length; i++) if (position[i] !== 0) this.#put(high[i] as number, low[i] as number, position[i] as number);
  }
  find(hash: Hash64, into: number[]): void {
    const mask = this.#position.length - 1;
    for (let slot = hash.low & mask; this.#position[slot] !== 0; slot = (slot + 1) & mask) if (this.#low[slot] === hash.low && this.#high[slot] === hash.high) into.push(this.#position[slot] as number);
  }
  /** Filled slots, those of one part together and the parts in order, and where each part begins. */
  byPart(): { readonly slots: Uint32Array; readonly starts: Uint32Array } {
    const starts = new Uint32Array(PARTS_PER_RUN + 1);
    for (let i = 0; i < this.#position.length; i++) if (this.#position[i] !== 0) (starts[partOf(this.#high[i] as number) + 1] as number)++;
    for (let part = 0; part < PARTS_PER_RUN; part++) starts[part + 1] = (starts[part + 1] as number) + (starts[part] as number);
    const next = starts.slice();
    const slots = new Uint32Array(this.count);
    for (let i = 0; i < this.#position.length; i++) {
      if (this.#position[i] === 0) continue;
      const part = partOf(this.#high[i] as number);
      slots[next[part] as number] = i;
      next[part] = (next[part] as number) + 1;
    }
    return { slots, starts };
  }
  entry(slot: number): Entry {
    return { high: this.#high[slot] as number, low: this.#low[slot] as number, position: this.#position[slot] as number };
  }
}

interface Entry extends Hash64 {
  readonly position: number;
}

const partOf = (high: number): number => high >>> 24;

interface SealedRun {
  readonly run: number;
  readonly time: number;
  /** null = ask the parts. */
  filter: Uint8Array | null;
}

/** A frozen table on its way to disk. The filter grows with the parts, so that no step takes long. */
interface Sealing {
  readonly run: number;
  readonly through: number;
  readonly table: IdTable;
  readonly slots: Uint32Array;
  readonly starts: Uint32Array;
  readonly filter: Uint8Array;
  nextPart: number;
}

/** What the next commit takes along. */
export interface RunWrite {
  readonly parts: readonly { readonly run: number; readonly part: number; readonly entries: Uint8Array }[];
  readonly nextPart: number;
  /** The run itself, with its last parts. */
  readonly run: (IdRunRow & { readonly filter: Uint8Array }) | null;
}

export class DedupeIndex {
  readonly #idsPerRun: number;
  readonly #positionsPerRun: number;
  readonly #filterBytesMax: number;
  #runs: SealedRun[] = [];
  #filterBytes = 0;
  #table = new IdTable();
  #sealing: Sealing | null = null;
  #nextRun = 1;
  #sealedThrough = 0;

  constructor(options: DedupeOptions = {}) {
    this.#idsPerRun = options.idsPerRun ?? IDS_PER_RUN;
    this.#positionsPerRun = options.positionsPerRun ?? POSITIONS_PER_RUN;
    this.#filterBytesMax = options.filterBytesMax ?? FILTER_BYTES_MAX;
  }

  add(hash: Hash64, position: number): void {
    this.#table.add(hash, position);
  }

  addRun(run: IdRunRow): void {
    this.#runs.push({ run: run.run, time: run.time, filter: run.filter });
    this.#filterBytes += run.filter?.length ?? 0;
    this.#nextRun = Math.max(this.#nextRun, run.run + 1);
    this.#sealedThrough = Math.max(this.#sealedThrough, run.through);
    for (const oldest of this.#runs) {
      if (this.#filterBytes <= this.#filterBytesMax) break;
      this.#filterBytes -= oldest.filter?.length ?? 0;
      oldest.filter = null;
    }
  }

  removeRuns(runs: readonly number[]): void {
    this.#runs = this.#runs.filter((r) => !runs.includes(r.run));
    this.#filterBytes = this.#runs.reduce((sum, r) => sum + (r.filter?.length ?? 0), 0);
  }

  /** Adds candidate positions in memory to `positions`; calls `inPart` for the sealed parts that may hold more ids of rows that are not older than `sinceMs`. */
  find(hash: Hash64, sinceMs: number, positions: number[], inPart: (run: number, part: number) => void): void {
    this.#table.find(hash, positions);
    this.#sealing?.table.find(hash, positions);
    for (let i = 0; i < this.#runs.length; i++) {
      const { run, time, filter } = this.#runs[i] as SealedRun;
      if (time >= sinceMs && (filter === null || mayHold(filter, hash))) inPart(run, partOf(hash.high));
    }
  }

  /** Call after each commit; `end` = the highest position whose id is in the table. Freezes the table once it is full. */
  sealWhenFull(end: number): void {
    if (this.#sealing || (this.#table.count < this.#idsPerRun && end - this.#sealedThrough < this.#positionsPerRun)) return;
    const filter = new Uint8Array(Math.ceil((this.#table.count * FILTER_BITS_PER_ID) / 8));
    this.#sealing = { run: this.#nextRun, through: end, table: this.#table, ...this.#table.byPart(), filter, nextPart: 0 };
    this.#table = new IdTable();
  }

  /** The next rows to write, at most `most`; null = nothing to seal. Asking again before `written` answers the same. */
  nextWrite(most: number, timeMs: number): RunWrite | null {
    const s = this.#sealing;
    if (!s) return null;
    const parts: RunWrite['parts'][number][] = [];
    let part = s.nextPart;
    for (; part < PARTS_PER_RUN && parts.length < most; part++) {
      const entries = Array.from(s.slots.subarray(s.starts[part], s.starts[part + 1]), (slot) => s.table.entry(slot));
      for (const entry of entries) addToFilter(s.filter, entry);
      if (entries.length > 0) parts.push({ run: s.run, part, entries: encodePart(entries) });
    }
    const run = part === PARTS_PER_RUN ? { run: s.run, through: s.through, ids: s.table.count, time: timeMs, filter: s.filter } : null;
    return { parts, nextPart: part, run };
  }

  /** It is durable. */
  written(write: RunWrite): void {
    if (this.#sealing) this.#sealing.nextPart = write.nextPart;
    if (!write.run) return;
    this.#sealing = null;
    this.addRun(write.run);
  }
}

function filterBit(bits: number, hash: Hash64, probe: number): number {
  return ((hash.low + Math.imul(probe, hash.high | 1)) >>> 0) % bits;
}

function addToFilter(filter: Uint8Array, hash: Hash64): void {
  for (let probe = 0; probe < FILTER_PROBES; probe++) {
    const bit = filterBit(filter.length * 8, hash, probe);
    filter[bit >>> 3] = (filter[bit >>> 3] as number) | (1 << (bit & 7));
  }
}

function mayHold(filter: Uint8Array, hash: Hash64): boolean {
  for (let probe = 0; probe < FILTER_PROBES && filter.length > 0; probe++) {
    const bit = filterBit(filter.length * 8, hash, probe);
    if (((filter[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return false;
  }
  return filter.length > 0;
}

function encodePart(entries: Entry[]): Uint8Array {
  entries.sort((a, b) => a.high - b.high || a.low - b.low || a.position - b.position);
  const view = new DataView(new ArrayBuffer(entries.length * ENTRY_BYTES));
  entries.forEach((e, i) => {
    view.setUint32(i * ENTRY_BYTES, e.high);
    view.setUint32(i * ENTRY_BYTES + 4, e.low);
    view.setFloat64(i * ENTRY_BYTES + 8, e.position);
  });
  return new Uint8Array(view.buffer);
}

/** Positions of a hash in a sorted part. */
export function findInPart(part: Uint8Array, hash: Hash64): number[] {
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
  const count = part.byteLength / ENTRY_BYTES;
  const before = (i: number): boolean => {
    const high = view.getUint32(i * ENTRY_BYTES);
    return high < hash.high || (high === hash.high && view.getUint32(i * ENTRY_BYTES + 4) < hash.low);
  };
  let [from, to] = [0, count];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (before(middle)) from = middle + 1;
    else to = middle;
  }
  const found: number[] = [];
  for (; from < count && view.getUint32(from * ENTRY_BYTES) === hash.high && view.getUint32(from * ENTRY_BYTES + 4) === hash.low; from++) found.push(view.getFloat64(from * ENTRY_BYTES + 8));
  return found;
}
