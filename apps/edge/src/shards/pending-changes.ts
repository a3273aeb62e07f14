import type { Clock } from '@hookline/core';
import type { ControlStore, HookChanges } from '@hookline/store';

/** How often it is tried to bring changes of hooks to the shards that could not be reached. */
const TRY_AGAIN_MS = 2_000;

/** Finishes changes of hooks that some shard has not taken, whichever process made them. The answer stops it, once what is under way is done. */
export async function finishPendingChanges({ hooks, changes, clock, report }: { readonly hooks: ControlStore['hooks']; readonly changes: Pick<HookChanges, 'finishPending'>; readonly clock: Clock; readonly report: (message: string, error: unknown) => void }): Promise<() => Promise<void>> {
  const pending = new Set<string>();
  const stopListening = hooks.onChange((hook) => {
    if (hook.pending.length > 0) pending.add(hook.id);
    else pending.delete(hook.id);
  });
  for (const hook of await hooks.all()) if (hook.pending.length > 0) pending.add(hook.id);
  let stopped = false;
  let trying: Promise<void> = Promise.resolve();
  let cancel = (): void => {};
  const tryLater = (): void => {
    cancel = clock.after(TRY_AGAIN_MS, () => {
      trying = (pending.size > 0 ? changes.finishPending() : Promise.resolve())
        .catch((error: unknown) => report('changes of hooks could not be finished', error))
        .then(() => {
          if (!stopped) tryLater();
        });
    });
  };
  tryLater();
  return async () => {
    stopped = true;
    cancel();
    stopListening();
    await trying;
  };
}
