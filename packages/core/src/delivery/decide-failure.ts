// What becomes of a unit whose attempt failed. The documented rule (so many attempts, so far apart) is the fast phase; once it is used up, the evidence decides
// between a destination that is away (hold: nothing dies) and one that is there and refuses this (bisect until the culprit is alone, then the dead letters).
import { type Failure, FAILURE_CLASS } from './outcome.ts';

export interface RetrySettings {
  /** HOOK_RETRY_TIMES: attempts of the fast phase, the first included. */
  readonly retryTimes: number;
  /** HOOK_RETRY_PERIOD_SEC in ms. */
  readonly retryPeriodMs: number;
}

export interface FailedUnit {
  readonly failure: Failure;
  /** Attempts that count, this one included; an attempt that our own death cut off does not. */
  readonly tries: number;
  /** Events in the unit. */
  readonly count: number;
  /** Some unit of this hook was delivered since this one's first attempt. */
  readonly succeededSince: boolean;
  /** Single events of this hook that went to the dead letters one after the other without a delivery between. */
  readonly deadInARow: number;
  /** The hook holds: this was a probe, and nothing dies before one succeeds. */
  readonly holding: boolean;
}

export type FailureDecision =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'hold' }
  | { readonly kind: 'bisect' }
  | { readonly kind: 'dead' }
  /** The destination says it is gone for good: the hook stops, the unit waits for its owner. */
  | { readonly kind: 'stop' };

/** Spread of the fixed pause, so that hooks that failed together do not come back together. */
const RETRY_JITTER = 0.1;
/** A broker that refused our credentials is not asked more often: accounts get locked out. */
const CREDENTIALS_PERIOD_MS = 60_000;
/** So many refused single events in a row, and not one taken: it is the destination, not the events. */
const DEAD_IN_A_ROW_MAX = 20;
const PROBE_BASE_MS = 15_000;
const PROBE_CAP_MS = 300_000;

/** `random` in [0, 1). */
export function decideFailure(unit: FailedUnit, settings: RetrySettings, random: number): FailureDecision {
  const { failure, count } = unit;
  const kind = FAILURE_CLASS[failure.code];
  if (failure.code === 'http_gone') return { kind: 'stop' };
  if (kind === 'ours') return count > 1 ? { kind: 'bisect' } : { kind: 'dead' };
  const alone: FailureDecision = count > 1 ? { kind: 'bisect' } : { kind: unit.holding ? 'hold' : 'dead' };
  const tooLarge = failure.code === 'payload_too_large';
  if (!tooLarge && unit.tries < settings.retryTimes) return { kind: 'retry', delayMs: failure.soon && unit.tries === 1 ? 0 : retryDelayMs(failure, settings, random) };
  if (unit.succeededSince) return alone;
  // A hold that never halves would never find the size, or the events, that the destination does take.
  if (kind === 'outage' || (count === 1 && unit.deadInARow >= DEAD_IN_A_ROW_MAX)) return { kind: 'hold' };
  return alone;
}

function retryDelayMs(failure: Failure, settings: RetrySettings, random: number): number {
  const locked = failure.code === 'credentials' || failure.code === 'permission';
  const period = locked ? Math.max(settings.retryPeriodMs, CREDENTIALS_PERIOD_MS) : settings.retryPeriodMs;
  return Math.max(Math.round(period * (1 - RETRY_JITTER + 2 * RETRY_JITTER * random)), failure.retryAfterMs ?? 0);
}

/** The pause before probe number `probes` + 1 of a hold: between 15 s and twice that for each probe before, at most 5 min; or later where Retry-After says so. */
export function probeDelayMs(probes: number, retryAfterMs: number | undefined, random: number): number {
  const top = Math.min(PROBE_CAP_MS, PROBE_BASE_MS * 2 ** Math.min(probes, 10));
  return Math.max(Math.round(PROBE_BASE_MS + (top - PROBE_BASE_MS) * random), retryAfterMs ?? 0);
}
