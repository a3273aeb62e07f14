// Receivers. Each has a mood that the driver changes; what it refuses on principle (poison, bodies that are too large) it refuses in every mood.
import type { Failure, Outcome, OutgoingBatch } from '@hookline/core';
import type { Dice } from './dice.ts';
import type { Kind } from './events.ts';
import type { Sight } from './sightings.ts';
import type { Swarm } from './swarm.ts';

/** What becomes of one send: who of the messages is taken (and when), what is answered (and when). */
export interface Reception {
  readonly takeMs: number;
  readonly taken: readonly boolean[];
  readonly answerMs: number;
  readonly outcomes: readonly Outcome[];
}

export const HTTP_MOODS = ['refusing', 'failing', 'forbidding', 'throttling', 'hanging', 'resetting', 'mismatching', 'gone', 'moody'] as const;
export const BROKER_MOODS = ['away', 'locked', 'breaking', 'frozen', 'nacking', 'returning', 'losing confirms', 'moody'] as const;
export type Mood = 'well' | (typeof HTTP_MOODS)[number] | (typeof BROKER_MOODS)[number];

const HTTP_TIMEOUT_MS = 30_000;
const BROKER_TIMEOUT_MS = 15_000;
const OK: Outcome = { kind: 'delivered' };
const failure = (kind: Failure['kind'], code: Failure['code'], more: Partial<Failure> = {}): Failure => ({ kind, code, message: code, ...more });

export interface Destination {
  readonly kind: Kind;
  /** It is never in trouble and has nothing against any event. */
  readonly steady: boolean;
  mood: Mood;
  receive(batch: OutgoingBatch, ns: readonly number[]): Reception;
}

export interface DestinationOptions {
  readonly kind: Kind;
  readonly steady: boolean;
  readonly dice: Dice;
  readonly swarm: Swarm;
  readonly see: (sight: Sight) => void;
}

export const isPoison = (n: number, swarm: Swarm): boolean => swarm.poisonEvery > 0 && n % swarm.poisonEvery === 0;

export function createDestination(options: DestinationOptions): Destination {
  const destination: Destination = {
    kind: options.kind,
    steady: options.steady,
    mood: 'well',
    receive(batch, ns) {
      const { dice } = options;
      let { mood } = destination;
      if (mood === 'moody') mood = dice.chance(0.5) ? 'well' : dice.pick((options.kind === 'http' ? HTTP_MOODS : BROKER_MOODS).filter((m) => m !== 'moody' && m !== 'gone'));
      return options.kind === 'http' ? receiveHttp(options, mood, batch, ns) : receiveBroker(options, mood, batch, ns);
    },
  };
  return destination;
}

function receiveHttp({ dice, swarm, steady, see }: DestinationOptions, mood: Mood, batch: OutgoingBatch, ns: readonly number[]): Reception {
  const takeMs = dice.spread(swarm.answerMs);
  const answer = (outcome: Outcome, taken: boolean, answerMs = takeMs + dice.spread(swarm.answerMs)): Reception => ({ takeMs, taken: ns.map(() => taken), answerMs, outcomes: [outcome] });
  const refuse = (sight: Sight, outcome: Failure): Reception => {
    see(sight);
    return answer(outcome, false);
  };
  const perhaps = dice.chance(0.4);
  switch (mood) {
    case 'refusing':
      return refuse('http refused', failure('failed', 'network'));
    case 'failing':
      see(perhaps ? 'http 5xx after taking' : 'http 5xx');
      return answer(failure('failed', 'http_5xx', { status: 503 }), perhaps);
    case 'forbidding':
      return refuse('http unauthorized', failure('failed', 'http_auth', { status: 401 }));
    case 'throttling':
      return refuse('http throttled', failure('failed', 'http_throttled', { status: 429, ...(perhaps && { retryAfterMs: dice.pick([2_000, 40_000, 600_000]) }) }));
    case 'hanging':
      see(perhaps ? 'http timeout after taking' : 'http timeout');
      return answer(failure('unknown', 'timeout'), perhaps, HTTP_TIMEOUT_MS);
    case 'resetting':
      see('http reset');
      // Every other one on a connection that had been kept.
      return answer(failure('unknown', 'network', dice.chance(0.5) ? { soon: true } : {}), perhaps);
    case 'mismatching':
      see('http mismatch');
      return answer(failure('rejected', 'response_mismatch', { status: 200 }), true);
    case 'gone':
      return refuse('http gone', failure('rejected', 'http_gone', { status: 410 }));
    default:
      if (steady) return answer(OK, true);
      if (batch.body.length > swarm.bodyBytesMax) return refuse('http too large', failure('rejected', 'payload_too_large', { status: 413 }));
      if (ns.some((n) => isPoison(n, swarm))) return refuse('http poison', failure('rejected', 'http_4xx', { status: 400 }));
      return answer(OK, true);
  }
}

function receiveBroker({ dice, swarm, steady, see }: DestinationOptions, mood: Mood, batch: OutgoingBatch, ns: readonly number[]): Reception {
  const takeMs = dice.spread(swarm.answerMs);
  const refuse = (sight: Sight, code: Failure['code']): Outcome => {
    see(sight);
    return failure('rejected', code);
  };
  const usual = ns.map((n, i): Outcome => {
    if (steady) return OK;
    if ((batch.messages[i]?.body.length ?? 0) > swarm.bodyBytesMax) return refuse('broker too large', 'payload_too_large');
    return isPoison(n, swarm) ? refuse('broker poison', 'message_refused') : OK;
  });
  const some = dice.chance(0.3) ? 1 : dice.next();
  const each = (of: (i: number) => { outcome: Outcome; taken: boolean }, answerMs = takeMs + dice.spread(swarm.answerMs)): Reception => {
    const results = ns.map((_n, i) => of(i));
    return { takeMs, taken: results.map((r) => r.taken), answerMs, outcomes: results.map((r) => r.outcome) };
  };
  const as = (i: number, outcome?: Outcome, takenAnyway = false): { outcome: Outcome; taken: boolean } => {
    const own = usual[i] as Outcome;
    if (!outcome || own.kind !== 'delivered') return { outcome: own, taken: own.kind === 'delivered' };
    return { outcome, taken: takenAnyway };
  };
  switch (mood) {
    case 'away':
      see('broker away');
      return each(() => ({ outcome: failure('failed', 'broker_unavailable'), taken: false }));
    case 'locked':
      see('broker locked');
      return each(() => ({ outcome: failure('failed', 'credentials'), taken: false }));
    case 'breaking': {
      see('broker broke in a window');
      const confirmed = Math.floor(ns.length * dice.next());
      const reached = Math.floor(ns.length * dice.next());
      return each((i) => (i < confirmed ? as(i) : { outcome: failure('unknown', 'network'), taken: i < reached && usual[i]?.kind === 'delivered' }));
    }
    case 'frozen':
      see('broker frozen');
      return each((i) => ({ outcome: failure('unknown', 'timeout'), taken: usual[i]?.kind === 'delivered' && dice.chance(0.5) }), BROKER_TIMEOUT_MS);
    case 'nacking':
      see('broker nacked');
      return each((i) => as(i, dice.chance(some) ? failure('failed', 'nacked') : undefined));
    case 'returning':
      see('broker returned');
      return each((i) => as(i, dice.chance(some) ? failure('failed', 'unroutable') : undefined));
    case 'losing confirms':
      see('broker confirm lost');
      return each((i) => as(i, dice.chance(some) ? failure('unknown', 'timeout') : undefined, true), BROKER_TIMEOUT_MS);
    default:
      return each((i) => as(i));
  }
}
