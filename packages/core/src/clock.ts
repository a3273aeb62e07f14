/** Time as a port. Everything that decides takes one of these, so that it also runs in virtual time. */
export interface Clock {
  /** Wall clock, unix ms. */
  now(): number;
  /** Never goes back, ms; only differences mean anything. */
  monotonic(): number;
  /** Calls back once after `delayMs`; the answer cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Uniform in [0, 1). */
export type Random = () => number;
