import type { Clock } from '@hookline/core';

/** A turn of the event loop that comes later than this finds others waiting. */
const CALM_MS = 3;
/** How much longer than the others waited, or than it has worked itself, bulk work stands aside. */
const LATE_PATIENCE = 3;
const WORK_PATIENCE = 3;
const PAUSE_MS_MAX = 100;
/** Where it never gets calm bulk work goes on all the same, slowly. */
const ROUNDS_MAX = 3;

export interface WaitingForUs {
  /** How long the last piece took. */
  readonly workedMs: number;
  /** Events come in at the moment: they share the disk and the processors with what was just written, and it shows in their last hundredth. */
  readonly isTakingEvents: boolean;
}

/**
 * Between two pieces of bulk work: resolves when whoever else wants this thread has had his turn. While events come in it works for a quarter of the time; and the later a
 * turn of the event loop comes, the longer the wait, so that an import takes what requests leave over.
 */
export async function giveWay(clock: Pick<Clock, 'monotonic' | 'after'>, { workedMs, isTakingEvents }: WaitingForUs): Promise<void> {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
  if (isTakingEvents) await wait(Math.min(PAUSE_MS_MAX, workedMs * WORK_PATIENCE));
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = clock.monotonic();
    await wait(1);
    const lateMs = clock.monotonic() - before - 1;
    if (lateMs < CALM_MS) return;
    await wait(Math.min(PAUSE_MS_MAX, lateMs * LATE_PATIENCE));
  }
}
