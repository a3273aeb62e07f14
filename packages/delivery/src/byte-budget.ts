/** Bytes that something holds in memory, against a cap. Taking is always possible for one who holds nothing: nobody starves. */
export class ByteBudget {
  readonly #bytesMax: number;
  #bytes = 0;
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }
  get full(): boolean {
    return this.#bytes >= this.#bytesMax;
  }
  get held(): number {
    return this.#bytes;
  }
  take(bytes: number): void {
    this.#bytes += bytes;
  }
  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}
