import { diceFor } from '../model/dice.ts';
import type { Brokers } from '../stage/destinations.ts';
import { openStage } from '../stage/open-stage.ts';
import { reckon } from '../stage/reckon.ts';
import type { Verdict } from '../stage/reckon.ts';
import { percentile } from '../percentile.ts';
import { inFlightMax } from './in-flight-max.ts';
import { wideHooks } from './wide-hooks.ts';
import { withLoad } from './with-load.ts';

export interface KillLoopOptions extends Brokers {
  readonly seed: number;
  readonly kills: number;
}

const EVENTS_PER_SEC = 700;
const EVENTS_BETWEEN = { least: 200, spread: 1_000 };
/** A receiver at work: a kill finds something in flight. */
const WORK_MS = 30;
/** So many kills, and none of them between a delivery and its record: then something else is wrong. */
const KILLS_THAT_MUST_REPEAT = 20;

/** The whole process dies again and again under load. Nothing that was accepted is lost; what was in flight comes again, the same. */
export async function runKillLoop({ seed, kills, ...brokers }: KillLoopOptions): Promise<Verdict> {
  const stage = await openStage({ ...brokers, seed, hooks: wideHooks(brokers) });
  const { product, http } = stage;
  const dice = diceFor(seed, -1);
  const startMs: number[] = [];
  // what was at work there at a kill came once too often; here it has not come at all
  http.answer('http-all', () => ({ afterMs: WORK_MS }));
  http.answer('http-fields', () => ({ afterMs: WORK_MS, takesWithAnswer: true }));
  try {
    const load = await withLoad(stage, { perSecond: EVENTS_PER_SEC, batch: 20, connections: 6 }, async (flow) => {
      for (let kill = 0; kill < kills; kill++) {
        await flow.accepted(EVENTS_BETWEEN.least + dice.below(EVENTS_BETWEEN.spread));
        await product.kill9();
        const began = performance.now();
        await product.start();
        startMs.push(performance.now() - began);
      }
      await flow.accepted(EVENTS_BETWEEN.least);
    });
    const { duplicates } = stage.ledger.counts();
    return await reckon(stage, {
      duplicatesMax: kills * inFlightMax(brokers),
      claims: [
        [load.repeated >= kills, `${load.repeated} requests were cut off by ${kills} kills: they were not under load`],
        [kills < KILLS_THAT_MUST_REPEAT || duplicates > 0, 'no delivery was in flight at any kill'],
      ],
      facts: { kills, requestsCutOff: load.repeated, startMsP50: Math.round(percentile(startMs, 0.5)), startMsMax: Math.round(Math.max(...startMs)) },
    });
  } finally {
    await stage.close();
  }
}
