import type { Clock } from '@hookline/core';

/** How often a reader that waits for live looks again, and how long it waits at most before it reads one page all the same. */
const LOOK_AGAIN_MS = 10;
const PATIENCE_MS = 500;
/** A timer that is later than this says that the process has more to do than it can: live events wait for their turn as the timer did. */
const LATE_MS = 2;

export interface LiveLoad {
  /** Live lanes have something to read. */
  readonly isHungry: () => boolean;
  /** The end of the log: where it moves, there is live traffic. */
  readonly end: () => number;
}

/**
 * Exports of one shard read one page after the other, and after live: while events come in there is a pause before each page, the longer the busier the process is. With
 * all of the machine taken they still get two pages a second.
 */
export class ReadTurns {
  readonly #clock: Clock;
  readonly #live: LiveLoad;
  #last: Promise<unknown> = Promise.resolve();
  #end: number;
  constructor(clock: Clock, live: LiveLoad) {
    this.#clock = clock;
    this.#live = live;
    this.#end = live.end();
  }

  take<T>(read: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(async () => {
      await this.#letLiveGo();
      return read();
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #letLiveGo(): Promise<void> {
    const clock = this.#clock;
    const end = this.#live.end();
    const isBusy = end !== this.#end;
    this.#end = end;
    const until = clock.monotonic() + PATIENCE_MS;
    for (let lateMs = isBusy ? LATE_MS : 0; (lateMs >= LATE_MS || this.#live.isHungry()) && clock.monotonic() < until; ) {
      const from = clock.monotonic();
      await new Promise<void>((resolve) => void clock.after(LOOK_AGAIN_MS, resolve));
      lateMs = isBusy ? clock.monotonic() - from - LOOK_AGAIN_MS : 0;
    }
  }
}
