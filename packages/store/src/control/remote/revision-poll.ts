import type { Clock } from '@hookline/core';
import { REVISION_KINDS } from '../revision.ts';
import type { RevisionKind, Revisions } from '../revision.ts';

/** How old another process's write can get before this one notices. */
const POLL_MS = 1_000;

export interface RevisionPoll {
  close(): Promise<void>;
}

export interface RefreshOptions {
  readonly seen: Revisions;
  readonly read: () => Promise<Revisions>;
  readonly refresh: Readonly<Record<RevisionKind, () => Promise<void> | void>>;
}

/**
 * Reads the revision row and refreshes the kinds that moved. A kind counts as seen only when its refresh succeeded, so what failed is done again; a server that does
 * not answer leaves the caches as they are, and the call rejects.
 */
export function createRefresher({ seen: before, read, refresh }: RefreshOptions): () => Promise<void> {
  const seen: Record<RevisionKind, number> = { ...before };
  return async () => {
    const current = await read();
    for (const kind of REVISION_KINDS) {
      if (current[kind] === seen[kind]) continue;
      await refresh[kind]();
      seen[kind] = current[kind];
    }
  };
}

/** Refreshes once a second. */
export function startRevisionPoll(options: RefreshOptions & { readonly clock: Clock }): RevisionPoll {
  const poll = createRefresher(options);
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

  return {
    async close() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
