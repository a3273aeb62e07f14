import type { Clock } from '@hookline/core';
import { REVISION_KINDS } from '../revision.ts';
import type { RevisionKind, Revisions } from '../revision.ts';

/** How old another process's write can get before this one notices. */
const POLL_MS = 1_000;

export interface RevisionPoll {
  close(): Promise<void>;
}

/**
 * Reads the revision row once a second and refreshes the kinds that moved. A kind counts as seen only when its refresh succeeded, so what failed is done again;
 * a server that does not answer leaves the caches as they are.
 */
export function startRevisionPoll(options: {
  readonly clock: Clock;
  readonly seen: Revisions;
  readonly read: () => Promise<Revisions>;
  readonly refresh: Readonly<Record<RevisionKind, () => Promise<void> | void>>;
}): RevisionPoll {
  const seen: Record<RevisionKind, number> = { ...options.seen };
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let cancel = schedule();

  function schedule(): () => void {
    return options.clock.after(POLL_MS, () => {
      running = poll()
        .catch(() => {})
        .then(() => {
          if (!stopped) cancel = schedule();
        });
    });
  }

  async function poll(): Promise<void> {
    const current = await options.read();
    for (const kind of REVISION_KINDS) {
      if (current[kind] === seen[kind]) continue;
      await options.refresh[kind]();
      seen[kind] = current[kind];
    }
  }

  return {
    async close() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
