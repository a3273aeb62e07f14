import { Kafka, logLevel } from 'kafkajs';
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { describeWithService, sharedKafka } from '../vitest/index.ts';
import { createTopic } from './create-topic.ts';
import { KAFKA_USER } from './kafka-properties.ts';
import { startKafka } from './start-kafka.ts';

const connect = (broker = '', config: Partial<KafkaConfig> = {}): Kafka => new Kafka({ clientId: 'test', brokers: [broker], logLevel: logLevel.NOTHING, connectionTimeout: 3000, retry: { retries: 3 }, ...config });

async function topics(kafka: Kafka): Promise<string[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}

async function lastOffset(kafka: Kafka, topic: string): Promise<string | undefined> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return (await admin.fetchTopicOffsets(topic))[0]?.high;
  } finally {
    await admin.disconnect();
  }
}

await describeWithService('a private Kafka', () => startKafka({ private: true, sasl: true, tls: true }), (service) => {
  it('keeps an acknowledged record over kill -9 and an orderly restart, on the same port', async () => {
    await createTopic(service.broker, 'kept', { partitions: 1, settings: { 'max.message.bytes': '2000' } });
    const producer = connect(service.broker).producer();
    await producer.connect();
    await producer.send({ topic: 'kept', acks: -1, messages: [{ value: 'here' }] });
    await producer.disconnect();
    await service.kill9();
    await expect(topics(connect(service.broker, { retry: { retries: 0 } }))).rejects.toThrow();
    await service.start();
    await service.terminate();
    await service.start();
    expect(await lastOffset(connect(service.broker), 'kept')).toBe('1');
  });

  it('answers nothing while it is frozen', async () => {
    await service.freeze();
    await expect(topics(connect(service.broker, { requestTimeout: 300, retry: { retries: 0 } }))).rejects.toThrow(/timed out/);
    await service.thaw();
    expect(await topics(connect(service.broker))).toContain('kept');
  });

  describe('with passwords and TLS', () => {
    // made anew for each client: kafkajs keeps what it has authenticated with in the very object
    const login = (mechanism: string, password: string): SASLOptions => ({ mechanism, username: KAFKA_USER.username, password }) as SASLOptions;

    it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('takes %s, with and without TLS, and refuses a wrong password', async (mechanism) => {
      const right = (): SASLOptions => login(mechanism, KAFKA_USER.password);
      expect(await topics(connect(service.saslBroker, { sasl: right() }))).toContain('kept');
      expect(await topics(connect(service.saslTlsBroker, { sasl: right(), ssl: { ca: [service.ca ?? ''] } }))).toContain('kept');
      await expect(topics(connect(service.saslBroker, { sasl: login(mechanism, 'wrong') }))).rejects.toThrow(/authentication/i);
    });

    it('shows a certificate that only its own authority vouches for', async () => {
      expect(await topics(connect(service.tlsBroker, { ssl: { ca: [service.ca ?? ''] } }))).toContain('kept');
      await expect(topics(connect(service.tlsBroker, { ssl: true, retry: { retries: 0 } }))).rejects.toThrow(/self-signed/);
    });
  });
});

await describeWithService('the shared Kafka', sharedKafka, ({ broker }) => {
  it('makes no topic by itself', async () => {
    const producer = connect(broker, { retry: { retries: 0 } }).producer({ allowAutoTopicCreation: true });
    await producer.connect();
    await expect(producer.send({ topic: 'never-made', messages: [{ value: '' }] })).rejects.toThrow();
    await producer.disconnect();
    expect(await topics(connect(broker))).not.toContain('never-made');
  });
});
