/** Of the bytes, this part is shared out evenly; the rest goes to whoever comes first. */
const SHARED_PART = 1 / 4;

/**
 * Bytes that the queues of many lanes hold in memory. When they are used up, a queue with less than its even share of the shared part still takes rows: many lanes
 * whose destinations are slow do not starve one whose destination is quick. A queue that holds nothing takes one row whatever else. What came early keeps what it has
 * while the shares shrink, so all together hold at most the free part and the shared part times 1 + 1/2 + 1/3 … (7.5 for a thousand queues).
 */
export class QueueBudget {
  readonly #freeBytes: number;
  readonly #sharedBytes: number;
  #bytes = 0;
  /** Queues that hold something. */
  #holders = 0;

  constructor(bytesMax: number) {
    this.#sharedBytes = bytesMax * SHARED_PART;
    this.#freeBytes = bytesMax - this.#sharedBytes;
  }

  get held(): number {
    return this.#bytes;
  }

  /** Whether a queue that holds so much may take another row. */
  hasRoom(heldBytes: number): boolean {
    return heldBytes === 0 || this.#bytes < this.#freeBytes || heldBytes * this.#holders < this.#sharedBytes;
  }

  /** A queue holds something else than before. */
  change(beforeBytes: number, afterBytes: number): void {
    this.#bytes += afterBytes - beforeBytes;
    this.#holders += Number(afterBytes > 0) - Number(beforeBytes > 0);
  }
}
