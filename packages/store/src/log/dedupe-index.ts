// Callers' ids: hash64 → position, exact because the caller of this index confirms every hit against the whole id in the log row. The youngest ids are in an
// open-addressing table; every IDS_PER_RUN it is frozen and written out part by part, sorted, with a filter, in the commits that happen anyway.

/** Ids in the table before it is sealed. A table of twice as many slots takes 16 bytes a slot: 16 MB. */
export const IDS_PER_RUN = 1 << 19;
/** A run is written in this many rows, by the top bits of the hash: about 2,048 ids, 32 KB each. */
const PARTS_PER_RUN = 256;
/** Filter bits an id; with 4 probes some 1 % false hits, each of which costs one row read. */
const FILTER_BITS_PER_ID = 10;
const FILTER_PROBES = 4;
const ENTRY_BYTES = 16;
const SLOTS_AT_START = 1 << 14;

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
  *entries(): Generator<{ high: number; low: number; position: number }> {
    for (let i = 0; i < this.#position.length; i++) if (this.#position[i] !== 0) yield { high: this.#high[i] as number, low: this.#low[i] as number, position: this.#position[i] as number };
  }
}

const partOf = (high: number): number => high >>> 24;

function filterBit(bits: number, hash: Hash64, probe: number): number {
  return ((hash.low + Math.imul(probe, hash.high | 1)) >>> 0) % bits;
}

interface SealedRun {
  readonly run: number;
  readonly filter: Uint8Array;
}

/** A frozen table on its way to disk. */
interface Sealing {
  readonly run: number;
  readonly through: number;
  readonly table: IdTable;
  readonly parts: { high: number; low: number; position: number }[][];
  next: number;
}

export interface RunPart {
  readonly run: number;
  readonly part: number;
  readonly entries: Uint8Array;
}

export class DedupeIndex {
  readonly #runs: SealedRun[] = [];
  #table = new IdTable();
  #sealing: Sealing | null = null;
  #nextRun = 1;

  add(hash: Hash64, position: number): void {
    this.#table.add(hash, position);
  }

  addRun(run: number, filter: Uint8Array): void {
    this.#runs.push({ run, filter });
    this.#nextRun = Math.max(this.#nextRun, run + 1);
  }

  /** Candidate positions in memory, and the sealed parts that may hold more. */
  find(hash: Hash64): { readonly positions: number[]; readonly parts: readonly { readonly run: number; readonly part: number }[] } {
    const positions: number[] = [];
    this.#table.find(hash, positions);
    this.#sealing?.table.find(hash, positions);
    const parts = this.#runs.filter((r) => mayHold(r.filter, hash)).map((r) => ({ run: r.run, part: partOf(hash.high) }));
    return { positions, parts };
  }

  /** Call after each commit; `end` = the highest position whose id is in the table. Freezes the table once it is full. */
  sealWhenFull(end: number): void {
    if (this.#sealing || this.#table.count < IDS_PER_RUN) return;
    const parts: Sealing['parts'] = Array.from({ length: PARTS_PER_RUN }, () => []);
    for (const entry of this.#table.entries()) (parts[partOf(entry.high)] as Sealing['parts'][number]).push(entry);
    this.#sealing = { run: this.#nextRun++, through: end, table: this.#table, parts, next: 0 };
    this.#table = new IdTable();
  }

  /** The next rows to write, at most `most`; empty = nothing to seal. */
  partsToWrite(most: number): readonly RunPart[] {
    const s = this.#sealing;
    if (!s) return [];
    return s.parts.slice(s.next, s.next + most).map((entries, i) => ({ run: s.run, part: s.next + i, entries: encodePart(entries) }));
  }

  /** The run itself, once the parts that are being written now are the last ones. */
  runToWrite(partsNow: number): { readonly run: number; readonly through: number; readonly ids: number; readonly filter: Uint8Array } | null {
    const s = this.#sealing;
    if (!s || partsNow === 0 || s.next + partsNow < s.parts.length) return null;
    return { run: s.run, through: s.through, ids: s.table.count, filter: buildFilter(s.table) };
  }

  /** They are durable. */
  partsWritten(count: number, run: { readonly run: number; readonly filter: Uint8Array } | null): void {
    if (this.#sealing) this.#sealing.next += count;
    if (!run) return;
    this.#runs.push({ run: run.run, filter: run.filter });
    this.#sealing = null;
  }
}

function buildFilter(table: IdTable): Uint8Array {
  const filter = new Uint8Array(Math.ceil((table.count * FILTER_BITS_PER_ID) / 8));
  for (const entry of table.entries())
    for (let probe = 0; probe < FILTER_PROBES; probe++) {
      const bit = filterBit(filter.length * 8, entry, probe);
      filter[bit >>> 3] = (filter[bit >>> 3] as number) | (1 << (bit & 7));
    }
  return filter;
}

function mayHold(filter: Uint8Array, hash: Hash64): boolean {
  for (let probe = 0; probe < FILTER_PROBES; probe++) {
    const bit = filterBit(filter.length * 8, hash, probe);
    if (((filter[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

function encodePart(entries: { high: number; low: number; position: number }[]): Uint8Array {
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
