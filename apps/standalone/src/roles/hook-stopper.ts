import type { Clock } from '@hookline/core';
import { HookChanges } from '@hookline/store';
import type { SharedStores } from './open-shared-stores.ts';

/** Deactivates a hook whose destination said that it is gone. A process that delivers appends nothing: the change stays pending, and an edge brings it to the shards. */
export function hookStopper({ control, shards }: Pick<SharedStores, 'control' | 'shards'>, clock: Clock, report: (message: string, error: unknown) => void): (accountId: number, hookId: string, reason: string) => void {
  const changes = new HookChanges({ control, logs: shards.map(({ log }) => log), now: () => clock.now(), openEvents: async () => 0 });
  const stop = async (accountId: number, hookId: string, reason: string): Promise<void> => {
    const hook = await control.hooks.get(accountId, hookId);
    if (hook) await changes.deactivate(hook, reason);
  };
  return (...hook) => void stop(...hook).catch((error: unknown) => report('a hook whose destination is gone could not be deactivated', error));
}
