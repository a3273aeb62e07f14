import type { Brokers } from '../stage/destinations.ts';
import { openStage } from '../stage/open-stage.ts';
import { reckon } from '../stage/reckon.ts';
import type { Verdict } from '../stage/reckon.ts';
import { wideHooks } from './wide-hooks.ts';
import { withLoad } from './with-load.ts';

export interface GracefulStopOptions extends Brokers {
  readonly seed: number;
  readonly stops: number;
}

const EVENTS_PER_SEC = 700;
const EVENTS_BETWEEN = 800;
const WORK_MS = 30;
/** api.md section 7. */
const STOP_MS_MAX = 10_000;

/** SIGTERM under load: in-flight deliveries finish and are recorded, so that nothing comes twice; the last stop meets a receiver that answers nothing. */
export async function runGracefulStop({ seed, stops, ...brokers }: GracefulStopOptions): Promise<Verdict> {
  const stage = await openStage({ ...brokers, seed, hooks: wideHooks(brokers) });
  const { product, http } = stage;
  const stopped: { reason: string; durationMs: number }[] = [];
  const restart = async (): Promise<void> => {
    stopped.push(await product.terminate());
    await product.start();
  };
  http.answer('http-all', () => ({ afterMs: WORK_MS }));
  try {
    const load = await withLoad(stage, { perSecond: EVENTS_PER_SEC, batch: 20, connections: 6 }, async (flow) => {
      for (let stop = 1; stop < stops; stop++) {
        await flow.accepted(EVENTS_BETWEEN);
        await restart();
      }
      http.answer('http-fields', () => ({ instead: 'hang', fault: 'hang' }));
      await flow.until('the receiver to hang', () => http.faults('http-fields') > 0);
      await restart();
      http.answer('http-fields', () => ({}));
      await flow.accepted(EVENTS_BETWEEN);
    });
    return await reckon(stage, {
      claims: [
        ...stopped.map(({ reason, durationMs }): [boolean, string] => [reason === 'it ended with 0' && durationMs <= STOP_MS_MAX, `SIGTERM: ${reason} after ${Math.round(durationMs)} ms`]),
        [load.repeated > 0, 'no request met a stop: it was not under load'],
      ],
      facts: { stops, stopMsMax: Math.round(Math.max(...stopped.map((stop) => stop.durationMs))) },
    });
  } finally {
    await stage.close();
  }
}
