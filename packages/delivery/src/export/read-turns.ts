import type { Clock } from '@hookline/core';

/** How often a reader that waits for live looks again, and how long it waits at most before it reads one page all the same. */
const LOOK_AGAIN_MS = 20;
const PATIENCE_MS = 500;

/** Exports of one shard read one page after the other, and after live: with all of the machine taken they still get two pages a second. */
export class ReadTurns {
  readonly #clock: Clock;
  readonly #isLiveHungry: () => boolean;
  #last: Promise<unknown> = Promise.resolve();
  constructor(clock: Clock, isLiveHungry: () => boolean) {
    this.#clock = clock;
    this.#isLiveHungry = isLiveHungry;
  }

  take<T>(read: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(async () => {
      const until = this.#clock.monotonic() + PATIENCE_MS;
      while (this.#isLiveHungry() && this.#clock.monotonic() < until) await new Promise<void>((resolve) => void this.#clock.after(LOOK_AGAIN_MS, resolve));
      return read();
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
