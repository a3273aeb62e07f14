import type { Clock } from '@hookline/core';

// Many waits of one length, hardly any of which comes to its end: they stand in a line, and one timer serves all of them. A timer for each would cost more than what it
// guards.

export interface Deadlines {
  /** Calls `reached` when the time is up, unless the answer was called before. */
  begin(reached: () => void): () => void;
}

interface Wait {
  readonly reached: () => void;
  readonly dueAt: number;
  before: Wait | null;
  after: Wait | null;
}

export function createDeadlines(clock: Pick<Clock, 'monotonic' | 'after'>, delayMs: number): Deadlines {
  let first: Wait | null = null;
  let last: Wait | null = null;
  let isArmed = false;

  const leave = (wait: Wait): void => {
    if (wait.before === null && wait !== first) return;
    if (wait.before === null) first = wait.after;
    else wait.before.after = wait.after;
    if (wait.after === null) last = wait.before;
    else wait.after.before = wait.before;
    wait.before = null;
    wait.after = null;
  };
  const arm = (delay: number): void => {
    isArmed = true;
    clock.after(delay, () => {
      isArmed = false;
      const now = clock.monotonic();
      for (let wait = first; wait !== null && wait.dueAt <= now; wait = first) {
        leave(wait);
        wait.reached();
      }
      if (first !== null) arm(first.dueAt - now);
    });
  };
  return {
    begin(reached) {
      const wait: Wait = { reached, dueAt: clock.monotonic() + delayMs, before: last, after: null };
      if (last === null) first = wait;
      else last.after = wait;
      last = wait;
      if (!isArmed) arm(delayMs);
      return () => leave(wait);
    },
  };
}

/** A timer for each wait: where none outlives the request that began it. */
export const createOwnDeadlines = (clock: Pick<Clock, 'after'>, delayMs: number): Deadlines => ({ begin: (reached) => clock.after(delayMs, reached) });
