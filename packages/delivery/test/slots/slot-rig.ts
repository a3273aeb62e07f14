import type { SlotRound, SlotStore, SlotTable } from '@hookline/store';
import { ProcessClock, VirtualTime, WallClock } from '../../src/simulation/virtual-clock.ts';
import { SlotKeeper } from '../../src/slots/slot-keeper.ts';

export const SLOTS = 16;
const NOBODY = { relay: '', token: 0, until: 0 };

/** What the database of a shard does, in virtual time. */
class MemorySlotStore implements SlotStore {
  readonly #now: () => number;
  readonly #relays = new Map<string, number>();
  readonly #slots = Array.from({ length: SLOTS }, () => NOBODY);
  constructor(now: () => number) {
    this.#now = now;
  }
  async round({ relay, leaseMs, take, give }: SlotRound): Promise<SlotTable> {
    const now = this.#now();
    const until = now + leaseMs;
    this.#relays.set(relay, until);
    this.#slots.forEach((slot, i) => {
      if (slot.relay === relay) this.#slots[i] = give.includes(i) ? { ...NOBODY, token: slot.token } : { ...slot, until };
      const { relay: holder, token, until: end } = this.#slots[i] as typeof NOBODY;
      if (take.includes(i) && (holder === '' || end < now)) this.#slots[i] = { relay, token: token + 1, until };
    });
    return {
      relays: [...this.#relays].filter(([, end]) => end >= now).map(([name]) => name).sort(),
      slots: this.#slots.map(({ relay: holder, token, until: end }, slot) => ({ slot, relay: holder === '' || end < now ? null : holder, token })),
    };
  }
  async leave(relay: string): Promise<void> {
    this.#relays.delete(relay);
    this.#slots.forEach((slot, i) => {
      if (slot.relay === relay) this.#slots[i] = { ...NOBODY, token: slot.token };
    });
  }
}

/** A relay as far as its slots go: what it would deliver at this moment. */
export interface RigRelay {
  readonly keeper: SlotKeeper;
  delivers(): readonly number[];
  /** Lost without having given it back. */
  readonly lost: number[];
  /** How long deliveries of a slot that leaves stay on their way. */
  flightMs: number;
  /** The database does not answer it; `applies`: it does what was asked all the same. */
  trouble: { readonly applies: boolean } | null;
  kill(): void;
}

export class SlotRig {
  readonly time = new VirtualTime();
  readonly #wall = new WallClock(this.time, 1_700_000_000_000);
  readonly #store = new MemorySlotStore(() => this.time.now);
  readonly relays: RigRelay[] = [];

  async add(name: string): Promise<RigRelay> {
    const clock = new ProcessClock(this.time, this.#wall);
    /** Nothing of theirs is on its way any more. */
    const left = new Set<number>();
    const ask = async <T>(question: () => Promise<T>): Promise<T> => {
      if (relay.trouble?.applies) await question();
      if (relay.trouble) throw new TypeError('no answer');
      return question();
    };
    const keeper = new SlotKeeper({
      relay: name, clock,
      slots: { round: (round) => ask(() => this.#store.round(round)), leave: (own) => ask(() => this.#store.leave(own)) },
      onGained: (tokens) => {
        for (const slot of tokens.keys()) left.delete(slot);
      },
      onLost: (slots) => void relay.lost.push(...slots),
      onLeaving: async (slots) => {
        await new Promise<void>((resolve) => void clock.after(relay.flightMs, resolve));
        for (const slot of slots) left.add(slot);
      },
      onResumed: () => {},
      report: () => {},
    });
    const relay: RigRelay = {
      keeper, lost: [], flightMs: 0, trouble: null,
      // What leaves counts while something of it is on its way: nobody else may have it.
      delivers: () => (clock.alive && keeper.mayDeliver ? [...keeper.held.keys()].filter((slot) => !left.has(slot)) : []),
      kill: () => {
        clock.alive = false;
      },
    };
    this.relays.push(relay);
    await keeper.start();
    return relay;
  }

  /** Time goes on, and at no moment two deliver for one slot. */
  async run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      await this.time.run(50);
      this.checkOneEach();
    }
  }

  checkOneEach(): void {
    const all = this.relays.flatMap((relay) => relay.delivers());
    if (new Set(all).size !== all.length) throw new Error(`two relays deliver for one slot: ${this.relays.map((relay) => relay.delivers().join(' ')).join(' | ')}`);
  }

  sizes(): readonly number[] {
    return this.relays.map((relay) => relay.delivers().length);
  }
}
