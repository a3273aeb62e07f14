// When a hook may be asked again: never before Retry-After has passed, never before the pause of the fast phase, in a hold only by a probe at least 15 s after the
// last one. Times are those of one process; a start, another destination or an activation wipes the slate.
import type { SendResult } from '@hookline/core';
import type { Lane } from '../lane/lane.ts';
import type { World } from './world.ts';

const PROBE_MIN_MS = 15_000;
/** What decideFailure spreads the pause by. */
const JITTER = 0.1;
const SLACK_MS = 1;

interface HookPace {
  incarnation: number;
  /** End of the last failed attempt of each delivery. */
  readonly failedAt: Map<string, number>;
  holding: boolean;
  probes: number;
  holdEndedAt: number;
  probeNotBefore: number;
  retryAfterUntil: number;
  /** Sends that had been decided on before the destination asked for a pause, and come though it lasts. */
  decidedBefore: number;
}

export class Pacing {
  readonly #world: World;
  readonly #hooks = new Map<string, HookPace>();
  readonly #redriving = new Set<string>();
  constructor(world: World) {
    this.#world = world;
  }

  #of(hookId: string, incarnation: number): HookPace {
    let pace = this.#hooks.get(hookId);
    if (pace?.incarnation === incarnation) return pace;
    pace = { incarnation, failedAt: new Map(), holding: false, probes: 0, holdEndedAt: Number.NEGATIVE_INFINITY, probeNotBefore: 0, retryAfterUntil: 0, decidedBefore: 0 };
    this.#hooks.set(hookId, pace);
    return pace;
  }

  /** From now on everything may go at once. */
  forget(hookId: string): void {
    const pace = this.#hooks.get(hookId);
    if (!pace) return;
    pace.failedAt.clear();
    pace.probeNotBefore = 0;
    pace.retryAfterUntil = 0;
  }
  /** Dead events go out again as they are, and a broker sees the same message id. */
  async redriving(hookId: string, work: () => Promise<unknown>): Promise<void> {
    this.#redriving.add(hookId);
    await work().finally(() => {
      this.#redriving.delete(hookId);
      this.#hooks.get(hookId)?.failedAt.clear();
    });
  }

  sending(hookId: string, deliveryId: string, incarnation: number, lane: Lane | undefined): void {
    const pace = this.#of(hookId, incarnation);
    const { now } = this.#world.time;
    const tooSoon = now < pace.retryAfterUntil - SLACK_MS || (pace.holding && lane?.hold != null && now < pace.probeNotBefore - SLACK_MS);
    if (tooSoon) {
      if (pace.decidedBefore > 0) pace.decidedBefore--;
      else if (now < pace.retryAfterUntil - SLACK_MS) this.#world.fail(`${hookId}: sent ${Math.round(pace.retryAfterUntil - now)} ms before Retry-After allows`);
      else this.#world.fail(`${hookId}: probed ${Math.round(pace.probeNotBefore - now)} ms too early`);
    }
    const failedAt = pace.failedAt.get(deliveryId);
    pace.failedAt.delete(deliveryId);
    // Where ids are forgotten during the run, one message id may be two events.
    const ambiguous = deliveryId.startsWith('msg_') && this.#world.swarm.cleanUp > 0;
    if (failedAt === undefined || ambiguous || pace.holding || this.#redriving.has(hookId) || pace.holdEndedAt >= failedAt) return;
    const pause = this.#world.swarm.retry.retryPeriodMs * (1 - JITTER);
    if (now - failedAt < pause - SLACK_MS) this.#world.fail(`${hookId}: ${deliveryId} was retried after ${Math.round(now - failedAt)} ms`);
  }

  /** An attempt has ended; `inTransit` = sends of this hook that have not. The engine has decided what to do once this turn is over. */
  ended(hookId: string, deliveryId: string, incarnation: number, result: SendResult, lane: Lane | undefined, inTransit: () => number): void {
    const pace = this.#of(hookId, incarnation);
    const { now } = this.#world.time;
    const { outcome } = result;
    // What was lost with a kept connection need not wait.
    if (outcome.kind !== 'delivered' && !outcome.soon) pace.failedAt.set(deliveryId, now);
    this.#world.time.after(0, () => {
      if (this.#hooks.get(hookId) !== pace || !lane) return;
      const decided = Math.max(0, lane.inFlight - inTransit());
      if (outcome.kind !== 'delivered' && outcome.retryAfterMs !== undefined) {
        pace.retryAfterUntil = Math.max(pace.retryAfterUntil, now + outcome.retryAfterMs);
        pace.decidedBefore = decided;
      }
      if (lane.hold && (!pace.holding || lane.hold.probes !== pace.probes)) {
        pace.probeNotBefore = now + PROBE_MIN_MS;
        pace.decidedBefore = decided;
        pace.probes = lane.hold.probes;
      }
      if (pace.holding && !lane.hold) pace.holdEndedAt = now;
      pace.holding = lane.hold !== null;
    });
  }
}
