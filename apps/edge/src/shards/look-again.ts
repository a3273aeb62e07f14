import type { Clock } from '@hookline/core';
import type { ObservedLog } from '@hookline/store';

const LOOK_MS = 1_000;

/** Looks at the shards of other edges now and then, so that whoever follows them is told what has come. The answer stops it. */
export function lookAgainAndAgain(logs: readonly ObservedLog[], clock: Clock, report: (message: string, error: unknown) => void): () => Promise<void> {
  let stopped = false;
  let cancel = (): void => {};
  let looking: Promise<unknown> = Promise.resolve();
  const look = (): void => {
    looking = Promise.all(logs.map((log) => log.look().catch((error: unknown) => report(`shard ${log.shard} could not be read`, error)))).then(() => {
      if (!stopped) cancel = clock.after(LOOK_MS, look);
    });
  };
  if (logs.length > 0) look();
  return async () => {
    stopped = true;
    cancel();
    await looking;
  };
}
