import { KAFKA_USER, startKafka } from '@hookline/services';
import { describeWithService } from '@hookline/services/vitest';
import { transportConformance } from '../testing/transport-conformance.ts';
import type { ConformanceDestination } from '../testing/transport-harness.ts';
import { CLIENTS, kafkaRequest, kafkaTransport, newTopic, topicContent } from '../../test/kafka-fixture.ts';

const RECORD_BATCH_BYTES_MAX = 4_000;

await describeWithService('Kafka', () => startKafka({ private: true, sasl: true }), (broker) => {
  for (const { name, open } of CLIENTS) {
    const openTopic = async (settings: Readonly<Record<string, string>> = {}): Promise<ConformanceDestination> => {
      const topic = await newTopic(broker.broker, settings);
      const transport = kafkaTransport(kafkaRequest(broker.broker, { topic }), open);
      return {
        transport,
        received: async (ids) => (await topicContent(broker.broker, topic, ids)).map(({ message }) => ({ id: String(message.headers?.['message-id']), body: message.value ?? Buffer.alloc(0) })),
        close: () => transport.close(),
      };
    };
    const wrongPassword = kafkaRequest(broker.saslBroker ?? '', { sasl: { mechanism: 'scram-sha-256', username: KAFKA_USER.username, password: { open: 'wrong-canary' } } });

    transportConformance({
      name: `Kafka by ${name}`,
      answers: 'each',
      open: openTopic,
      missing: { code: 'destination_missing', open: async () => kafkaTransport(kafkaRequest(broker.broker, { topic: 'no-such-topic' }), open) },
      refusedLogin: { code: 'credentials', secret: 'wrong-canary', open: async () => kafkaTransport(wrongPassword, open) },
      limited: { bytesMax: RECORD_BATCH_BYTES_MAX, open: () => openTopic({ 'max.message.bytes': String(RECORD_BATCH_BYTES_MAX) }) },
      server: broker,
    });
  }
});
