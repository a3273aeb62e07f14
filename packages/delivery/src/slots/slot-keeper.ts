// The leases of one relay on one shard. What a slot is to it at any moment:
//
//   not held   somebody else delivers its accounts, or nobody does.
//   held       this relay delivers them, as long as `mayDeliver` says so: until a deadline on its own monotonic clock that comes a fifth of the lease before the database
//              would let somebody else take them. Every round that succeeds moves the deadline.
//   leaving    held, and more than its share: nothing new begins; once nothing is on its way, the next round gives it back.
//
// What a round answers is the truth: a slot with another relay's name, or with another token, is lost, and what is under way for it is recorded by nobody.
import type { Clock } from '@hookline/core';
import type { SlotStore, SlotTable } from '@hookline/store';
import { planSlots } from './plan-slots.ts';

/** How long the others wait for a relay that does not renew. */
const LEASE_MS = 10_000;
/** A fifth of the lease is for clocks that run unequally and for what is on its way. */
const DEADLINE_SHARE = 0.8;
const ROUND_MS = 2_000;

export interface SlotKeeperOptions {
  readonly slots: SlotStore;
  /** This process, among all there ever were. */
  readonly relay: string;
  readonly clock: Clock;
  /** With their tokens. */
  readonly onGained: (tokens: ReadonlyMap<number, number>) => void;
  /** Somebody else has them: nothing of theirs can be recorded any more. */
  readonly onLost: (slots: readonly number[]) => void;
  /** Nothing new begins there. Resolves when nothing of theirs is on its way. */
  readonly onLeaving: (slots: readonly number[]) => Promise<void>;
  /** Deliveries may begin again, after a time in which they could not. */
  readonly onResumed: () => void;
  readonly report: (message: string, error: unknown) => void;
}

export class SlotKeeper {
  readonly #options: SlotKeeperOptions;
  /** Slot → token. */
  readonly #held = new Map<number, number>();
  readonly #leaving = new Set<number>();
  /** Left, and nothing of theirs is on its way. */
  readonly #ready = new Set<number>();
  #table: SlotTable | null = null;
  #deadline = Number.NEGATIVE_INFINITY;
  #paused = false;
  #stopped = false;
  #cancel: (() => void) | null = null;
  #round: Promise<void> = Promise.resolve();

  constructor(options: SlotKeeperOptions) {
    this.#options = options;
  }

  /** The first round; others follow by themselves. Never rejects: a shard that cannot be reached is asked again. */
  start(): Promise<void> {
    return this.#goRound();
  }

  get held(): ReadonlyMap<number, number> {
    return this.#held;
  }
  /** Relays that share the shard, as the last round found them. */
  get relayCount(): number {
    return this.#table?.relays.length ?? 0;
  }
  /** Nobody else can have what this relay holds. */
  get mayDeliver(): boolean {
    const may = this.#options.clock.monotonic() < this.#deadline;
    if (!may) this.#paused = true;
    return may;
  }

  #goRound(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    this.#round = this.#round
      .then(() => this.#renew())
      .catch((error: unknown) => this.#options.report('the slots of a shard could not be renewed', error))
      .then(() => {
        if (!this.#stopped) this.#cancel ??= this.#options.clock.after(ROUND_MS, () => void this.#goRound());
      });
    return this.#round;
  }

  /** `mayTake`: what the answer shows as free is taken in another round, at once: nobody delivers it meanwhile. */
  async #renew(mayTake = true): Promise<void> {
    if (this.#stopped) return;
    const { slots, relay, clock, onGained, onLost, onResumed } = this.#options;
    const give = [...this.#ready];
    const take = this.#table === null ? [] : planSlots(this.#table, relay).take;
    const before = clock.monotonic();
    this.#table = await slots.round({ relay, leaseMs: LEASE_MS, take, give });
    this.#deadline = before + LEASE_MS * DEADLINE_SHARE;
    const now = new Map(this.#table.slots.filter((lease) => lease.relay === relay).map(({ slot, token }) => [slot, token]));
    const lost = [...this.#held].filter(([slot, token]) => now.get(slot) !== token).map(([slot]) => slot);
    for (const slot of lost) this.#forget(slot);
    const taken = lost.filter((slot) => !give.includes(slot));
    if (taken.length > 0) onLost(taken);
    const gained = new Map([...now].filter(([slot]) => !this.#held.has(slot)));
    for (const [slot, token] of gained) this.#held.set(slot, token);
    if (gained.size > 0) onGained(gained);
    if (this.#paused) onResumed();
    this.#paused = false;
    const plan = planSlots(this.#table, relay);
    this.#leave(plan.surplus);
    if (mayTake && plan.take.length > 0) await this.#renew(false);
  }

  #leave(surplus: readonly number[]): void {
    const leaving = surplus.filter((slot) => !this.#leaving.has(slot));
    // Those that are leaving already count: it is never more than the surplus that goes.
    const most = surplus.length - this.#leaving.size;
    const chosen = leaving.slice(0, Math.max(0, most));
    if (chosen.length === 0) return;
    for (const slot of chosen) this.#leaving.add(slot);
    const tokens = chosen.map((slot) => [slot, this.#held.get(slot)] as const);
    void this.#options.onLeaving(chosen).then(() => {
      for (const [slot, token] of tokens) if (this.#held.get(slot) === token) this.#ready.add(slot);
      if (!this.#stopped) void this.#goRound();
    });
  }

  #forget(slot: number): void {
    this.#held.delete(slot);
    this.#leaving.delete(slot);
    this.#ready.delete(slot);
  }

  /** No round any more; what is held is given back. Call it when nothing is on its way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#round;
    this.#deadline = Number.NEGATIVE_INFINITY;
    await this.#options.slots.leave(this.#options.relay).catch((error: unknown) => this.#options.report('the slots of a shard could not be given back', error));
  }
}
