import type { Clock } from '@hookline/core';

const TRIES_MAX = 6;
/** Before the next try, times the number of the last one. */
const PAUSE_MS = 25;

/** Another process's writer holds the lock of the server: nothing was done, and soon it is free. */
export async function retryWhileBusy<T>(clock: Clock, isBusy: (error: unknown) => boolean, run: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await run();
    } catch (error: unknown) {
      if (!isBusy(error) || tried === TRIES_MAX) throw error;
      await new Promise<void>((resolve) => clock.after(PAUSE_MS * tried, resolve));
    }
  }
}
