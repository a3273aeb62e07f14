import { EVENT_TYPES } from '../model/event-types.ts';
import { percentile } from '../percentile.ts';
import { openStage } from '../stage/open-stage.ts';
import { reckon } from '../stage/reckon.ts';
import type { Verdict } from '../stage/reckon.ts';
import { withLoad } from './with-load.ts';

export interface NoisyNeighbourOptions {
  readonly seed: number;
  /** Events accepted in each of the two halves: without the noise, and with it. */
  readonly events: number;
}

const HOOKS = 20;
const EVENTS_PER_SEC = 40;
const NOISY = 'hook-0';

/** One of twenty hooks has a receiver that answers nothing: the others get everything meanwhile, and how much later is reported. */
export async function runNoisyNeighbour({ seed, events }: NoisyNeighbourOptions): Promise<Verdict> {
  const names = Array.from({ length: HOOKS }, (_, place) => `hook-${place}`);
  const stage = await openStage({ seed, hooks: (at) => names.map((name) => ({ name, database_id: null, events: EVENT_TYPES, request: at.http(name, { max_batch_size: 1, request_timeout_sec: 5 }) })) });
  const { http, ledger } = stage;
  const quiet = names.filter((name) => name !== NOISY).map((name) => ledger.book(name));
  const latencies = (): number[] => quiet.flatMap((book) => book.latenciesMs.splice(0));
  let calm: number[] = [];
  let noisy: number[] = [];
  try {
    await withLoad(stage, { perSecond: EVENTS_PER_SEC, batch: 1, connections: 8 }, async (flow) => {
      await flow.accepted(events);
      calm = latencies();
      http.answer(NOISY, () => ({ instead: 'hang', fault: 'hang' }));
      await flow.until('the noisy hook to hang', () => http.faults(NOISY) > 0);
      latencies();
      await flow.accepted(events);
      noisy = latencies();
      // events go on arriving: the others have all of those that were accepted by now
      const mark = ledger.takenCount;
      await flow.until('the other hooks to get theirs', () => quiet.every((book) => ledger.open(book).every((number) => number >= mark)));
    });
    http.answer(NOISY, () => ({}));
    const ms = (values: readonly number[], share: number): number => Math.round(percentile(values, share) * 10) / 10;
    return await reckon(stage, {
      facts: { hangs: http.faults(NOISY), p50MsCalm: ms(calm, 0.5), p50MsBeside: ms(noisy, 0.5), p99MsCalm: ms(calm, 0.99), p99MsBeside: ms(noisy, 0.99), p99Ratio: Math.round((percentile(noisy, 0.99) / percentile(calm, 0.99)) * 100) / 100 },
    });
  } finally {
    await stage.close();
  }
}
