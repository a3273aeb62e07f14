import type { Broker, Connection, Producer } from '@platformatic/kafka';
import { CONNECT_TIMEOUT_MS } from '../dial/classify-dial-error.ts';
import { classifyKafkaError, classifyProtocolCode, nestedErrors } from './classify-kafka-error.ts';
import { guardPool } from './guard-platformatic-pool.ts';
import { KAFKA_REQUEST_TIMEOUT_MS, KAFKA_RETRY_COUNT, KAFKA_RETRY_DELAY_MS, type KafkaAnswer, type KafkaRecord, type OpenKafkaProducer } from './kafka-producer-port.ts';

type ByteProducer = Producer<Buffer, Buffer, Buffer, Buffer>;
const ACKS_FROM_ALL = -1;
const MECHANISMS = { plain: 'PLAIN', 'scram-sha-256': 'SCRAM-SHA-256', 'scram-sha-512': 'SCRAM-SHA-512' } as const;

export const openPlatformaticProducer: OpenKafkaProducer = async (destination, { guard, clientId }) => {
  const kafka = await import('@platformatic/kafka');
  const { topic, sasl } = destination;
  const pinned = guardPool.pinnedLookup();
  const producer: ByteProducer = new kafka.Producer({
    clientId,
    bootstrapBrokers: destination.brokers.map((broker): Broker => ({ ...broker })),
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: KAFKA_REQUEST_TIMEOUT_MS,
    timeout: KAFKA_REQUEST_TIMEOUT_MS,
    retries: KAFKA_RETRY_COUNT,
    retryDelay: KAFKA_RETRY_DELAY_MS,
    autocreateTopics: false,
    idempotent: true,
    acks: ACKS_FROM_ALL,
    // the default one is not Java's
    partitioner: kafka.compatibilityPartitioner,
    ...(sasl === undefined ? {} : { sasl: { mechanism: MECHANISMS[sasl.mechanism], username: sasl.username, password: sasl.password } }),
    ...(destination.tls ? { tls: { lookup: pinned.lookup, rejectUnauthorized: true }, tlsServerName: true } : {}),
  });
  guardPool(producer.connections, { guard, tls: destination.tls, pinned });
  return {
    async produce(records) {
      let partitionCount: number;
      try {
        // cached by the client; asked apart so that an error here means that nothing was sent
        const metadata = await producer.metadata({ topics: [topic] });
        partitionCount = metadata.topics.get(topic)?.partitionsCount ?? 1;
      } catch (error: unknown) {
        return records.map(() => classifyKafkaError(error, 'failed'));
      }
      try {
        await producer.send({ messages: records.map((record) => ({ topic, key: record.key, value: record.value, headers: toHeaderMap(record.headers), timestamp: BigInt(record.timestampMs) })) });
        return records.map(() => null);
      } catch (error: unknown) {
        const byPartition = answersByPartition(error, topic);
        const otherwise = classifyKafkaError(error, 'unknown');
        return records.map((record) => byPartition.get(kafka.compatibilityPartitioner(undefined as never, record.key) % partitionCount) ?? otherwise).map((answer) => (answer === STORED ? null : answer));
      }
    },
    async close() {
      await producer.close(true).catch(() => {
        // connections that were already gone
      });
    },
  };
};
