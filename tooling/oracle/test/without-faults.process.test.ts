import { describeWithService, sharedKafka, sharedRabbitmq } from '@hookline/services/vitest';
import { expect, it } from 'vitest';
import { runWithoutFaults } from '../src/scenarios/without-faults.ts';

const both = async () => ({ rabbitmq: (await sharedRabbitmq()).url, kafka: (await sharedKafka()).broker });

await describeWithService('without faults', both, (brokers) => {
  it('every event arrives once, exact, where it belongs, and the lanes count the same', async () => {
    const { problems, counts } = await runWithoutFaults({ ...brokers, seed: 1, eventsPerDestination: 10_000 });
    expect(problems).toEqual([]);
    expect(counts.duplicates).toBe(0);
  });
});
