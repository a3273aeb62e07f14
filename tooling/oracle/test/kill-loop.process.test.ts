import { describeWithService, sharedKafka, sharedRabbitmq } from '@hookline/services/vitest';
import { expect, it } from 'vitest';
import { runKillLoop } from '../src/scenarios/kill-loop.ts';

const both = async () => ({ rabbitmq: (await sharedRabbitmq()).url, kafka: (await sharedKafka()).broker });

await describeWithService('kill -9 under load', both, (brokers) => {
  it('loses nothing, and what comes again is the same under the same id', async () => {
    const { problems, counts } = await runKillLoop({ ...brokers, seed: 2, kills: 5 });
    expect(problems).toEqual([]);
    expect(counts.delivered).toBe(counts.owed);
  });
});
