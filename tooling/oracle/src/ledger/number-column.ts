type Column = Float64Array | Uint16Array | Uint8Array;

/** One number for each event, by the event's number; what was never set is `empty`. It grows as needed: a million events in eight megabytes. */
export class NumberColumn<A extends Column> {
  #values: A;
  readonly #empty: number;
  readonly #make: (length: number) => A;

  constructor(make: (length: number) => A, empty = 0) {
    this.#make = make;
    this.#empty = empty;
    this.#values = this.#blank(1024);
  }

  get(at: number): number {
    return this.#values[at] ?? this.#empty;
  }

  set(at: number, value: number): void {
    if (at >= this.#values.length) {
      const wider = this.#blank(Math.max(at + 1, this.#values.length * 2));
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[at] = value;
  }

  #blank(length: number): A {
    const values = this.#make(length);
    if (this.#empty !== 0) values.fill(this.#empty);
    return values;
  }
}
