// Each seed first draws what kind of run it is: some have no fault at all, some little else. So rare combinations come up that an average run never has.
import type { RetrySettings } from '@hookline/core';
import type { Dice } from './dice.ts';

export interface Swarm {
  readonly kind: 'calm' | 'crashes' | 'destinations' | 'store' | 'everything';
  readonly steps: number;
  /** Mean virtual time between two steps. */
  readonly stepMs: number;
  /** Probability of each at every step. */
  readonly crash: number;
  readonly stop: number;
  readonly storeTrouble: number;
  readonly destinationTrouble: number;
  readonly hookChange: number;
  readonly profileChange: number;
  readonly redrive: number;
  readonly cleanUp: number;
  readonly burst: number;
  readonly wallJump: number;
  readonly longPause: number;
  /** `event_id` is exact for so long; nothing younger is removed. */
  readonly dedupeWindowMs: number;
  /** Events of one append. */
  readonly eventsMax: number;
  readonly burstEvents: number;
  /** Every so manieth event is refused by its destination, whatever else; 0 = none. */
  readonly poisonEvery: number;
  /** Some destinations take no body above this many bytes. */
  readonly bodyBytesMax: number;
  readonly commitMs: number;
  readonly readMs: number;
  readonly answerMs: number;
  readonly hooks: number;
  readonly retry: RetrySettings;
}

export function drawSwarm(dice: Dice, steps: number): Swarm {
  const kind = dice.weighted({ calm: 2, crashes: 2, destinations: 2, store: 1, everything: 3 });
  const all = kind === 'everything';
  const faulty = kind !== 'calm';
  const crashes = kind === 'crashes';
  return {
    kind,
    steps,
    stepMs: dice.pick([5, 40, 300, 300, 1_500]),
    crash: crashes ? dice.pick([0.005, 0.02]) : all ? dice.pick([0, 0.004]) : 0,
    stop: faulty && dice.chance(0.5) ? 0.003 : 0,
    storeTrouble: kind === 'store' ? 0.02 : all ? 0.006 : 0,
    destinationTrouble: kind === 'destinations' ? dice.pick([0.01, 0.05]) : all ? 0.015 : 0,
    hookChange: dice.pick([0, 0.01, 0.04]),
    profileChange: dice.pick([0, 0.02]),
    redrive: 0.005,
    ...dice.pick([{ dedupeWindowMs: 24 * 3_600_000, cleanUp: 0 }, { dedupeWindowMs: 24 * 3_600_000, cleanUp: 0 }, { dedupeWindowMs: 20_000, cleanUp: 0.02 }]),
    burst: dice.pick([0, 0, 0.004]),
    wallJump: all ? 0.003 : 0,
    longPause: dice.pick([0, 0.004]),
    eventsMax: dice.pick([1, 3, 8]),
    burstEvents: dice.pick([400, 900, 1_600]),
    poisonEvery: faulty ? dice.pick([0, 0, 29, 151]) : 0,
    bodyBytesMax: dice.pick([700, 2_500, 1_000_000]),
    commitMs: dice.pick([0.2, 3, 25]),
    readMs: dice.pick([0.1, 1, 20]),
    answerMs: dice.pick([1, 20, 200]),
    hooks: dice.whole(2, 5),
    retry: { retryTimes: dice.pick([1, 2, 4, 4, 6]), retryPeriodMs: dice.pick([1_000, 15_000, 15_000]) },
  };
}
