import { EVENT_TYPES } from '../model/event-types.ts';
import type { HookConfig } from '../model/hook-config.ts';
import { eventNumberIn } from '../model/make-event.ts';
import { splitArray } from '../model/split-array.ts';
import type { Receiver, SinkRequest } from '../sinks/http-sink.ts';
import type { Destinations, HttpOptions } from '../stage/destinations.ts';
import { openStage } from '../stage/open-stage.ts';
import type { Stage } from '../stage/open-stage.ts';
import { reckon } from '../stage/reckon.ts';
import type { Verdict } from '../stage/reckon.ts';
import { unknownEvents } from './list-attempts.ts';
import { withLoad } from './with-load.ts';

const BATCH = 20;
const EVENTS_PER_SEC = 400;
/** A request larger than this is refused by one receiver; a padded event alone is. */
const BODY_BYTES_MAX = 20_000;
const PADDING_BYTES = 24_000;
const isPadded = (number: number): boolean => number % 211 === 100;
const isPoison = (number: number): boolean => number % 97 === 13;

const attemptOf = ({ headers }: SinkRequest): number => Number(headers['hookline-attempt']);
const numbersIn = ({ body }: SinkRequest): number[] => (splitArray(body.toString()) ?? []).map((text) => eventNumberIn(text) ?? -1);
const BURST = [500, 502, 503, 504];

/** What is wrong with each receiver. All but `poison` and `small` take everything in the end. */
const RECEIVERS: Readonly<Record<string, { readonly receiver: Receiver; readonly options?: HttpOptions }>> = {
  burst: { receiver: (request) => (attemptOf(request) <= 2 ? { status: BURST[request.number % BURST.length] as number, fault: '5xx' } : {}) },
  slow: { receiver: (request) => (attemptOf(request) === 1 && request.number % 4 === 0 ? { instead: 'hang', fault: 'hang' } : {}), options: { request_timeout_sec: 2 } },
  // it has done its work, and nobody will know: the one case where HTTP must repeat what was taken
  late: { receiver: (request) => (attemptOf(request) === 1 && request.number % 9 === 0 ? { instead: 'hang', taken: true, fault: 'late' } : {}), options: { request_timeout_sec: 4 } },
  broken: { receiver: (request) => (attemptOf(request) === 1 && request.number % 3 === 0 ? { instead: 'reset', fault: 'reset' } : {}) },
  wrong: { receiver: (request) => (attemptOf(request) === 1 && request.number % 2 === 0 ? { body: '{"ok":false}', taken: false, fault: 'wrong' } : {}), options: { success_pattern: 'taken, thank' } },
  throttled: { receiver: (request) => (attemptOf(request) === 1 && request.number % 5 === 0 ? { status: 429, headers: { 'retry-after': '1' }, fault: '429' } : {}) },
  moved: { receiver: (request) => (attemptOf(request) === 1 && request.number % 5 === 0 ? { status: 302, headers: { location: '/to/nowhere' }, fault: '302' } : {}) },
  small: { receiver: ({ body }) => (body.length > BODY_BYTES_MAX ? { status: 413, fault: '413' } : {}) },
  poison: { receiver: (request) => (numbersIn(request).some(isPoison) ? { status: 400, fault: '400' } : {}) },
};
const DYING = ['small', 'poison'];
const GONE = 'gone';
const GONE_AT_REQUEST = 8;

export interface HttpFaultsOptions {
  readonly seed: number;
  readonly events: number;
}

/** Each receiver fails in a way of its own. Exactly the events that a receiver refuses for good end in the dead letters; cured, it gets them once. */
export async function runHttpFaults({ seed, events }: HttpFaultsOptions): Promise<Verdict> {
  const names = [...Object.keys(RECEIVERS), GONE];
  const hook = (at: Destinations, name: string): HookConfig => ({ name, database_id: null, events: EVENT_TYPES, request: at.http(name, { max_batch_size: BATCH, ...RECEIVERS[name]?.options }) });
  let configs = new Map<string, HookConfig>();
  const stage = await openStage({
    seed,
    events: { padding: (number) => (isPadded(number) ? PADDING_BYTES : 0) },
    hooks: (at) => [...(configs = new Map(names.map((name) => [name, hook(at, name)]))).values()],
  });
  const { http, ledger } = stage;
  try {
    for (const [name, { receiver }] of Object.entries(RECEIVERS)) http.answer(name, receiver);
    http.answer(GONE, (request) => (request.number === GONE_AT_REQUEST ? { status: 410, fault: '410' } : {}));
    let stopped: { state: string; reason?: string } = { state: 'never' };
    await withLoad(stage, { perSecond: EVENTS_PER_SEC, batch: BATCH }, async (flow) => {
      await flow.until('the gone hook to stop', async () => (stopped = await stage.lane(GONE)).state === 'stopped');
      await flow.accepted(Math.max(200, events - ledger.ackedCount));
      await stage.activateFromStopped(configs.get(GONE) as HookConfig);
    });
    const settled = await stage.settle();
    const dead = await stage.deadLetters();
    const refused = refusedForGood(stage);
    for (const name of DYING) {
      http.answer(name, () => ({}));
      await stage.api.call('POST', `/v1/hooks/${stage.hookId(name)}/dead-letters/redrive`, { all: true });
    }
    const unknown = await Promise.all(names.map((name) => unknownEvents(stage, name)));
    return await reckon(stage, {
      duplicatesMax: unknown.reduce((sum, events) => sum + events, 0),
      claims: [
        [settled, 'not everything settled before the redrive'],
        [stopped.reason === 'gone', `the lane of a destination that is gone says ${JSON.stringify(stopped)}`],
        ...names.map((name): [boolean, string] => [http.faults(name) > 0, `${name} never met its fault`]),
        ...names.map((name): [boolean, string] => {
          const got = [...(dead.get(name) ?? [])].sort((a, b) => a - b);
          const wanted = refused.get(name) ?? [];
          return [String(got) === String(wanted), `${name}: the dead letters hold ${got.slice(0, 10)}…, not ${wanted.slice(0, 10)}…`];
        }),
        [ledger.counts().duplicates >= http.faults('late'), 'what was taken late was not repeated'],
        [DYING.every((name) => (dead.get(name)?.size ?? 0) > 0), 'nothing died'],
      ],
      facts: { events: ledger.ackedCount, died: [...dead.values()].reduce((sum, numbers) => sum + numbers.size, 0), ...Object.fromEntries(names.map((name) => [`${name}Faults`, http.faults(name)])) },
    });
  } finally {
    await stage.close();
  }
}

/** Accepted events that a receiver never takes, by hook. */
function refusedForGood({ ledger }: Stage): ReadonlyMap<string, readonly number[]> {
  const numbers = Array.from({ length: ledger.takenCount }, (_, number) => number);
  return new Map([['small', numbers.filter(isPadded)], ['poison', numbers.filter(isPoison)]]);
}
