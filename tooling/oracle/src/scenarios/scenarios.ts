// Every scenario by its name, with the sizes that can be chosen, for the long runs.
import { startKafka, startRabbitmq } from '@hookline/services';
import type { ServiceControl } from '@hookline/services';
import type { Brokers } from '../stage/destinations.ts';
import type { Verdict } from '../stage/reckon.ts';
import { runBrokerFaults } from './broker-faults.ts';
import { runClusterKills } from './cluster-kills.ts';
import { runGracefulStop } from './graceful-stop.ts';
import { runHookChanges } from './hook-changes.ts';
import { runHttpFaults } from './http-faults.ts';
import { runKillLoop } from './kill-loop.ts';
import { runNoisyNeighbour } from './noisy-neighbour.ts';
import { runWithoutFaults } from './without-faults.ts';

export interface ScenarioSize {
  readonly seed: number;
  /** Events, kills, stops or rounds: what the scenario counts. */
  readonly times: number;
}

/** Counts are for people; every scenario has its own. */
type Scenario = (size: ScenarioSize) => Promise<Pick<Verdict, 'problems' | 'facts'> & { readonly counts: object }>;

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'without-faults': ({ seed, times }) => withBrokers((brokers) => runWithoutFaults({ ...brokers, seed, eventsPerDestination: times })),
  'kill-loop': ({ seed, times }) => withBrokers((brokers) => runKillLoop({ ...brokers, seed, kills: times })),
  'graceful-stop': ({ seed, times }) => withBrokers((brokers) => runGracefulStop({ ...brokers, seed, stops: times })),
  rabbitmq: ({ seed, times }) => withService(startRabbitmq({ private: true }), (service) => runBrokerFaults({ rabbitmq: service.url, service, seed, rounds: times })),
  kafka: ({ seed, times }) => withService(startKafka({ private: true }), (service) => runBrokerFaults({ kafka: service.broker, service, seed, rounds: times })),
  'http-faults': ({ seed, times }) => runHttpFaults({ seed, events: times }),
  'hook-changes': ({ seed, times }) => runHookChanges({ seed, rounds: times }),
  'cluster-kills': ({ times }) => runClusterKills({ rounds: times }),
  'noisy-neighbour': ({ seed, times }) => runNoisyNeighbour({ seed, events: times }),
};

const withBrokers = (run: (brokers: Brokers) => Promise<Verdict>): Promise<Verdict> =>
  withService(startRabbitmq(), (rabbitmq) => withService(startKafka(), (kafka) => run({ rabbitmq: rabbitmq.url, kafka: kafka.broker })));

async function withService<S extends ServiceControl>(starting: Promise<S>, run: (service: S) => Promise<Verdict>): Promise<Verdict> {
  const service = await starting;
  try {
    return await run(service);
  } finally {
    await service.stop();
  }
}
