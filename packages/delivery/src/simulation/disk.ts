// Reads and writes as one process sees them: they take time, may fail, and a write that fails may have taken effect. When the process dies, what was on its way
// to the disk has arrived there or has not.
import { HooklineError } from '@hookline/core';
import type { Dice } from './dice.ts';
import type { Sight } from './sightings.ts';
import type { ProcessClock } from './virtual-clock.ts';
import type { World } from './world.ts';

export class Disk {
  readonly #world: World;
  readonly #clock: ProcessClock;
  readonly #dice: Dice;
  readonly #underWay = new Set<() => void>();
  /** Failures that were injected so far. */
  faults = 0;

  constructor(world: World, clock: ProcessClock, dice: Dice) {
    this.#world = world;
    this.#clock = clock;
    this.#dice = dice;
  }

  get writing(): boolean {
    return this.#underWay.size > 0;
  }

  read<T>(work: () => Promise<T>): Promise<T> {
    const { store, swarm, sightings } = this.#world;
    const fails = this.#dice.chance(store.unreadable);
    return new Promise((resolve, reject) => {
      this.#clock.after(this.#dice.spread(swarm.readMs) * store.slowness, () => {
        if (!fails) return void work().then(resolve, reject);
        this.faults++;
        sightings.see('read failed');
        reject(new HooklineError('store_unavailable', 'a simulated read failed'));
      });
    });
  }

  /** `effect` is one step: it happens wholly or not at all, at most once. */
  write<T>(effect: () => T, sights: { readonly failed: Sight; readonly lost: Sight }): Promise<T> {
    const { store, swarm, sightings } = this.#world;
    const dice = this.#dice;
    const fails = dice.chance(store.failing);
    const effective = !fails || dice.chance(0.5);
    const delayMs = dice.spread(swarm.commitMs) * store.slowness;
    const answerMs = fails || dice.chance(0.3) ? dice.spread(swarm.commitMs) * store.slowness : 0;
    return new Promise((resolve, reject) => {
      let value: T;
      const apply = (): void => {
        this.#underWay.delete(apply);
        value = effect();
      };
      const answer = (): void => {
        if (!fails) return resolve(value);
        this.faults++;
        sightings.see(effective ? sights.lost : sights.failed);
        reject(new HooklineError('store_unavailable', 'a simulated write failed'));
      };
      if (effective) this.#underWay.add(apply);
      this.#clock.after(delayMs, () => {
        if (effective) apply();
        if (answerMs === 0) answer();
        else this.#clock.after(answerMs, answer);
      });
    });
  }

  /** The process has died. */
  crash(): void {
    for (const apply of [...this.#underWay]) if (this.#dice.chance(0.5)) apply();
    this.#underWay.clear();
  }
}
