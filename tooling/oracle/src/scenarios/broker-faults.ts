import type { ServiceControl } from '@hookline/services';
import type { Brokers } from '../stage/destinations.ts';
import { openStage } from '../stage/open-stage.ts';
import type { Stage } from '../stage/open-stage.ts';
import { reckon } from '../stage/reckon.ts';
import type { Verdict } from '../stage/reckon.ts';
import { listAttempts } from './list-attempts.ts';
import { WINDOW_EVENTS_MAX } from './in-flight-max.ts';
import { wideHooks } from './wide-hooks.ts';
import { withLoad } from './with-load.ts';
import type { Flow } from './with-load.ts';

export interface BrokerFaultsOptions extends Brokers {
  readonly seed: number;
  /** The broker of this run: a private one. */
  readonly service: ServiceControl;
  readonly rounds: number;
}

const EVENTS_PER_SEC = 500;
const EVENTS_BETWEEN = 300;
/** Attempts are listed by their start: an older one may have ended later. */
const LONGEST_ATTEMPT_MS = 30_000;
/** The fast phase outlasts a restart, so that deliveries go on at once and not with the next probe of a hold. */
const RETRY_TIMES = '90';

/** A broker dies and comes back, freezes and thaws, under load. HTTP goes on meanwhile; everything is made up for without a restart of the product. */
export async function runBrokerFaults({ seed, service, rounds, ...brokers }: BrokerFaultsOptions): Promise<Verdict> {
  const stage = await openStage({ ...brokers, seed, product: { env: { HOOK_RETRY_TIMES: RETRY_TIMES } }, hooks: wideHooks(brokers) });
  const brokerHooks = stage.hooks().filter((hook) => !hook.startsWith('http'));
  const receivedAll = async (flow: Flow): Promise<void> => {
    for (const hook of brokerHooks) await flow.taken(hook, 50);
  };
  const during = async (flow: Flow, begin: () => Promise<void>, end: () => Promise<void>): Promise<void> => {
    await receivedAll(flow);
    const since = Date.now();
    await begin();
    for (const hook of brokerHooks) await flow.until(`${hook} to meet the fault`, () => hasFailedSince(stage, hook, since));
    await flow.taken('http-all', EVENTS_BETWEEN);
    await end();
    await receivedAll(flow);
  };
  try {
    await withLoad(stage, { perSecond: EVENTS_PER_SEC, batch: 20 }, async (flow) => {
      for (let round = 0; round < rounds; round++) {
        await during(flow, service.kill9, service.start);
        await during(flow, service.freeze, service.thaw);
      }
    });
    return await reckon(stage, { duplicatesMax: rounds * 2 * brokerHooks.length * WINDOW_EVENTS_MAX, facts: { rounds } });
  } finally {
    await stage.close();
  }
}

/** An attempt of this hook that ended after `sinceMs` did not succeed. */
async function hasFailedSince(stage: Stage, hook: string, sinceMs: number): Promise<boolean> {
  for await (const { outcome, started_at: startedAt, duration_ms: durationMs } of listAttempts(stage, hook)) {
    const endedMs = Date.parse(startedAt) + durationMs;
    if (endedMs >= sinceMs && outcome !== 'delivered') return true;
    if (endedMs < sinceMs - LONGEST_ATTEMPT_MS) return false;
  }
  return false;
}
