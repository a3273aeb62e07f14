// Time that passes only when nothing else is left to do: one queue of timers, and between two of them everything that was started runs to its next wait.
// Hours take milliseconds, and the same seed gives the same order.
import type { Clock } from '@hookline/core';

interface Timer {
  readonly at: number;
  readonly order: number;
  callback: (() => void) | null;
}

/** Times are multiples of this part of a millisecond, so that adding and subtracting them is exact and no timer fires before its time. */
const TICKS_PER_MS = 1024;
const roundUp = (ms: number): number => Math.ceil(ms * TICKS_PER_MS) / TICKS_PER_MS;

/** One turn of the real event loop: all microtasks have run when it is over. */
const drained = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class VirtualTime {
  #now = 0;
  #order = 0;
  /** A binary heap, soonest first; timers of one moment in the order in which they were set. */
  readonly #heap: Timer[] = [];

  get now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { at: roundUp(this.#now + Math.max(0, delayMs)), order: this.#order++, callback };
    this.#push(timer);
    return () => {
      timer.callback = null;
    };
  }

  /** Lets this much time pass. */
  async run(ms: number): Promise<void> {
    const until = roundUp(this.#now + ms);
    await drained();
    for (let next = this.#heap[0]; next && next.at <= until; next = this.#heap[0]) {
      this.#pop();
      if (!next.callback) continue;
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await drained();
    }
    this.#now = until;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, heap[parent] as Timer)) break;
      heap[at] = heap[parent] as Timer;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Timer;
    if (heap.length === 0) return;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child++;
      if (!isBefore(heap[child] as Timer, last)) break;
      heap[at] = heap[child] as Timer;
      at = child;
    }
    heap[at] = last;
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** The wall clock of the machine: it follows virtual time, and jumps when somebody sets it. */
export class WallClock {
  readonly #time: VirtualTime;
  readonly #startMs: number;
  #offsetMs: number;
  constructor(time: VirtualTime, startMs: number) {
    this.#time = time;
    this.#startMs = startMs;
    this.#offsetMs = startMs;
  }
  /** All jumps together led forward. */
  get isAhead(): boolean {
    return this.#offsetMs > this.#startMs;
  }
  now(): number {
    return Math.floor(this.#time.now + this.#offsetMs);
  }
  jump(ms: number): void {
    this.#offsetMs += ms;
  }
}

/** What one process sees of time. Once it has died, none of its timers fires. */
export class ProcessClock implements Clock {
  readonly #time: VirtualTime;
  readonly #wall: WallClock;
  readonly #startedAt: number;
  alive = true;
  constructor(time: VirtualTime, wall: WallClock) {
    this.#time = time;
    this.#wall = wall;
    this.#startedAt = time.now;
  }
  now(): number {
    return this.#wall.now();
  }
  monotonic(): number {
    return this.#time.now - this.#startedAt;
  }
  after(delayMs: number, callback: () => void): () => void {
    return this.#time.after(delayMs, () => {
      if (this.alive) callback();
    });
  }
}
