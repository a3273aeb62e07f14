import { type Clock, HooklineError } from '@hookline/core';
import { SLOT_COUNT } from './slot-of.ts';
import type { SlotStore } from './slot-store.ts';

/** The same for every start: who was killed takes up its own leases at once. That no two such processes live beside each other is the appender's business. */
const ALONE = 'alone';
const LEASE_MS = 10_000;
const RENEW_MS = 2_000;
/** Leases of relays that are gone end in this time. */
const PATIENCE_MS = 12_000;
const LOOK_MS = 500;
const ALL = Array.from({ length: SLOT_COUNT }, (_, slot) => slot);

/** For a process that delivers all of a shard by itself: relays find every slot taken. Rejects with `config_invalid` where relays are there already. The answer gives them back. */
export async function holdAllSlots(slots: SlotStore, clock: Clock): Promise<() => Promise<void>> {
  const round = async (): Promise<boolean> => (await slots.round({ relay: ALONE, leaseMs: LEASE_MS, take: ALL, give: [] })).slots.every(({ relay }) => relay === ALONE);
  const since = clock.monotonic();
  while (!(await round())) {
    if (clock.monotonic() - since > PATIENCE_MS) {
      await slots.leave(ALONE);
      throw new HooklineError('config_invalid', 'relays deliver from this log: stop them before a process that does everything starts on it');
    }
    await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve));
  }
  let stopped = false;
  let cancel = (): void => {};
  let renewing: Promise<unknown> = Promise.resolve();
  const renewLater = (): void => {
    cancel = clock.after(RENEW_MS, () => {
      renewing = round()
        // A server that does not answer is asked again; meanwhile nobody else takes anything there either.
        .catch(() => undefined)
        .then(() => {
          if (!stopped) renewLater();
        });
    });
  };
  renewLater();
  return async () => {
    stopped = true;
    cancel();
    await renewing;
    // What cannot be given back ends by itself.
    await slots.leave(ALONE).catch(() => undefined);
  };
}
