// What has to be done now and then by the process that writes the logs: counting blocks for the map, removing what is older than it is kept. All of it in slices of a few
// milliseconds with pauses between them, so that ingest does not notice.
import type { Clock } from '@hookline/core';
import type { LogRetention, ShardLog } from '@hookline/store';

export interface UpkeepOptions {
  readonly logs: readonly Pick<ShardLog, 'shard' | 'history' | 'cleanUp'>[];
  /** Removes a slice of what is old in the control data. True = there may be more. */
  readonly cleanUpControl: readonly ((nowMs: number) => Promise<boolean>)[];
  /** As it is now. */
  readonly retention: () => LogRetention;
  /** As `Relay.makeRoom`; absent = nothing is delivered here, and nothing that waits is let go of. */
  readonly makeRoom?: (shard: number, accountId: number, through: number) => Promise<void>;
  readonly clock: Clock;
  readonly report: (message: string, error: unknown) => void;
}

const MAP_EVERY_MS = 1_000;
const CLEAN_UP_EVERY_MS = 60_000;
/** Between two slices: a block to count takes a reader a few milliseconds, a slice to remove the writer. */
const SLICE_PAUSE_MS = 25;

/** The answer stops it, once what is under way is done. */
export function startUpkeep(options: UpkeepOptions): () => Promise<void> {
  const { logs, clock, retention, makeRoom, report } = options;
  let stopped = false;
  const cancels = new Set<() => void>();
  const running = new Set<Promise<void>>();

  const later = (ms: number, then: () => void): void => {
    const cancel = clock.after(ms, () => {
      cancels.delete(cancel);
      then();
    });
    cancels.add(cancel);
  };
  const pause = (): Promise<void> => new Promise((resolve) => void clock.after(SLICE_PAUSE_MS, resolve));
  const inSlices = async (slice: () => Promise<boolean>): Promise<void> => {
    while (!stopped && (await slice())) await pause();
  };
  const every = (ms: number, what: string, work: () => Promise<void>): void => {
    later(ms, () => {
      const done = work()
        .catch((error: unknown) => report(`${what} failed`, error))
        .then(() => {
          running.delete(done);
          if (!stopped) every(ms, what, work);
        });
      running.add(done);
    });
  };

  every(MAP_EVERY_MS, 'counting events by day', async () => {
    for (const log of logs) await inSlices(() => log.history.mapNextBlock());
  });
  every(CLEAN_UP_EVERY_MS, 'removing what is older than it is kept', async () => {
    for (const slice of options.cleanUpControl) await inSlices(() => slice(clock.now()));
    for (const log of logs) await inSlices(() => log.cleanUp(clock.now(), retention(), makeRoom && ((accountId, through) => makeRoom(log.shard, accountId, through))));
  });
  return async () => {
    stopped = true;
    for (const cancel of cancels) cancel();
    await Promise.all(running);
  };
}
