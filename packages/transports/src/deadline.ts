import type { Clock } from '@hookline/core';

/** What `Deadline.stopped` gives: no value that a race could give otherwise. */
export const STOPPED: unique symbol = Symbol('stopped');

/** The signal's reason. */
export type StopReason = 'deadline' | 'caller';

/** One signal for the two things that stop an attempt: its total deadline and the caller. The signal's reason says which. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Resolves when the signal aborts; for `Promise.race`. */
  readonly stopped: Promise<typeof STOPPED>;
  /** To be called when the attempt has settled. */
  clear(): void;
}

export function startDeadline(clock: Clock, timeoutMs: number, callerSignal: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const onCaller = (): void => controller.abort('caller');
  const cancelTimer = clock.after(timeoutMs, () => controller.abort('deadline' satisfies StopReason));
  if (callerSignal?.aborted === true) onCaller();
  callerSignal?.addEventListener('abort', onCaller, { once: true });
  return {
    signal: controller.signal,
    stopped: new Promise((resolve) => {
      if (controller.signal.aborted) resolve(STOPPED);
      else controller.signal.addEventListener('abort', () => resolve(STOPPED), { once: true });
    }),
    clear() {
      cancelTimer();
      callerSignal?.removeEventListener('abort', onCaller);
    },
  };
}
