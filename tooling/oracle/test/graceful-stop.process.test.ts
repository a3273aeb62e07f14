import { describeWithService, sharedKafka, sharedRabbitmq } from '@hookline/services/vitest';
import { expect, it } from 'vitest';
import { runGracefulStop } from '../src/scenarios/graceful-stop.ts';

const both = async () => ({ rabbitmq: (await sharedRabbitmq()).url, kafka: (await sharedKafka()).broker });

await describeWithService('SIGTERM under load', both, (brokers) => {
  it('ends with 0 within ten seconds, and the next start goes on without a loss or a duplicate', async () => {
    const { problems, counts } = await runGracefulStop({ ...brokers, seed: 3, stops: 3 });
    expect(problems).toEqual([]);
    expect(counts.duplicates).toBe(0);
  });
});
