// When a lane that holds asks its destination again, and with what: one thing at a time, in turn the open unit that was tried least (so halves come before anything
// else) and the next event. So neither a poisonous unit nor a poisonous event keeps the hold up.
import { type Clock, type Failure, probeDelayMs, type Random } from '@hookline/core';
import type { HoldState } from '@hookline/store';
import type { OpenUnit } from './open-unit.ts';

/** A start is a reason to ask again, not all hooks at the same moment. */
const AFTER_START_SPREAD_MS = 2_000;
/** One probe of so many open units' is of a new event: often enough to find what the destination does take, seldom enough that the refused stay few. */
const UNITS_PER_NEW_PROBE = 16;

export class Probes {
  readonly #clock: Clock;
  readonly #random: Random;
  /** Monotonic ms. */
  #at: number;
  #turn = 0;
  /** The attempt under way is a probe: if it fails, the next one waits longer. */
  #isUnderWay = false;

  constructor(clock: Clock, random: Random, hold: HoldState | null) {
    this.#clock = clock;
    this.#random = random;
    this.#at = hold ? clock.monotonic() + Math.max(Math.min(hold.nextProbeAt - clock.now(), random() * AFTER_START_SPREAD_MS), (hold.notBefore ?? 0) - clock.now()) : 0;
  }

  /** Monotonic ms of the next one. */
  get at(): number {
    return this.#at;
  }
  soon(): void {
    this.#at = this.#clock.monotonic();
  }

  /** What to try now; null = the next event. There must be something. The turn is over only when an attempt was made: events that cannot even be rendered die without one. */
  take(idle: readonly OpenUnit[], hasEvents: boolean): OpenUnit | null {
    this.#isUnderWay = true;
    const turns = Math.max(2, Math.ceil(idle.length / UNITS_PER_NEW_PROBE));
    if (hasEvents && (idle.length === 0 || this.#turn % turns === 0)) return null;
    return idle.reduce((least, unit) => (unit.row.attempt < least.row.attempt ? unit : least));
  }

  succeeded(): void {
    this.#isUnderWay = false;
  }

  /** The hold begins, or a probe has failed and the next is put off; what else fails by then was sent before and says nothing new. `pausedMs` = nothing may be sent for so long anyway. */
  failed(hold: HoldState | null, failure: Failure, pausedMs: number): HoldState {
    if (hold && !this.#isUnderWay) return hold;
    if (hold) this.#turn++;
    this.#isUnderWay = false;
    const probes = hold ? hold.probes + 1 : 0;
    const namedMs = Math.max(failure.retryAfterMs ?? 0, pausedMs);
    const delayMs = probeDelayMs(probes, namedMs, this.#random());
    this.#at = this.#clock.monotonic() + delayMs;
    const now = this.#clock.now();
    return { since: hold?.since ?? now, probes, nextProbeAt: now + delayMs, ...(namedMs > 0 && { notBefore: now + namedMs }), code: failure.code, message: failure.message };
  }
}
