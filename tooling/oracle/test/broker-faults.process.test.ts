import { startKafka, startRabbitmq } from '@hookline/services';
import { describeWithService } from '@hookline/services/vitest';
import { expect, it } from 'vitest';
import { runBrokerFaults } from '../src/scenarios/broker-faults.ts';

await describeWithService('RabbitMQ killed, frozen and back under load', () => startRabbitmq({ private: true }), (service) => {
  it('nothing is lost, and HTTP goes on meanwhile', async () => {
    const { problems } = await runBrokerFaults({ rabbitmq: service.url, service, seed: 4, rounds: 1 });
    expect(problems).toEqual([]);
  });
});

await describeWithService('Kafka killed, frozen and back under load', () => startKafka({ private: true }), (service) => {
  it('nothing is lost, and HTTP goes on meanwhile', async () => {
    const { problems } = await runBrokerFaults({ kafka: service.broker, service, seed: 5, rounds: 1 });
    expect(problems).toEqual([]);
  });
});
