import type { Clock } from '@hookline/core';

/** What may come at once, as a part of a second. */
const BURST_SEC = 0.1;

/** A token bucket: so many events a second, changeable while it runs. */
export class Pace {
  readonly #clock: Clock;
  #perSec: number | null;
  #tokens = 1;
  #at: number;
  constructor(clock: Clock, perSec: number | null) {
    this.#clock = clock;
    this.#perSec = perSec;
    this.#at = clock.monotonic();
  }

  set perSec(perSec: number | null) {
    if (perSec === this.#perSec) return;
    this.#fill();
    this.#perSec = perSec;
  }

  /** True = one event may go, and has gone. */
  take(): boolean {
    if (this.#perSec === null) return true;
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** The event that was taken last does not go after all. */
  giveBack(): void {
    this.#tokens++;
  }

  /** Ms until the next event may go. */
  get waitMs(): number {
    return this.#perSec === null ? 0 : Math.max(1, Math.ceil(((1 - this.#tokens) / this.#perSec) * 1_000));
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    const perSec = this.#perSec ?? Number.POSITIVE_INFINITY;
    this.#tokens = Math.min(Math.max(1, perSec * BURST_SEC), this.#tokens + ((now - this.#at) / 1_000) * perSec);
    this.#at = now;
    if (!Number.isFinite(this.#tokens)) this.#tokens = 1;
  }
}
