import type { HookConfig } from '../model/hook-config.ts';
import type { Brokers } from '../stage/destinations.ts';
import { openStage } from '../stage/open-stage.ts';
import { reckon } from '../stage/reckon.ts';
import type { Verdict } from '../stage/reckon.ts';
import { wideHooks } from './wide-hooks.ts';

export interface WithoutFaultsOptions extends Brokers {
  readonly seed: number;
  /** For each kind of destination. */
  readonly eventsPerDestination: number;
}

/** Nothing goes wrong: everything arrives once, exact, where it belongs, and the lanes' own numbers say the same. */
export async function runWithoutFaults({ seed, eventsPerDestination, ...brokers }: WithoutFaultsOptions): Promise<Verdict> {
  let configs: readonly HookConfig[] = [];
  const stage = await openStage({ ...brokers, seed, hooks: (at) => (configs = wideHooks(brokers)(at)) });
  try {
    const { ledger } = stage;
    const kinds = Map.groupBy(configs, (config) => config.request.type);
    const enough = (): boolean => [...kinds.values()].every((hooks) => hooks.some((hook) => ledger.book(hook.name).takenCount >= eventsPerDestination));
    const { seconds } = await stage.send({ until: enough, connections: 6, batch: 100 });
    return await reckon(stage, { facts: { destinations: configs.length, acceptedPerSec: Math.round(ledger.ackedCount / seconds) } });
  } finally {
    await stage.close();
  }
}
