import net from 'node:net';
import type { Broker, Producer } from '@platformatic/kafka';
import { CONNECT_TIMEOUT_MS } from '../dial/classify-dial-error.ts';
import { classifyKafkaError } from './classify-kafka-error.ts';
import { createCheckedNames, guardPlatformaticPool } from './guard-platformatic-pool.ts';
import { KAFKA_REQUEST_TIMEOUT_MS, KAFKA_RETRY_COUNT, KAFKA_RETRY_DELAY_MS, type KafkaRecord, type OpenKafkaProducer } from './kafka-producer-port.ts';
import { answersByPartition } from './platformatic-answers.ts';

type ByteProducer = Producer<Buffer, Buffer, Buffer, Buffer>;

const ACKS_FROM_ALL = -1;
const MECHANISMS = { plain: 'PLAIN', 'scram-sha-256': 'SCRAM-SHA-256', 'scram-sha-512': 'SCRAM-SHA-512' } as const;

export const openPlatformaticProducer: OpenKafkaProducer = async (destination, { guard, clientId }) => {
  const { Producer, compatibilityPartitioner, NetworkError } = await import('@platformatic/kafka');
  const { topic, sasl, tls } = destination;
  const names = createCheckedNames();
  const producer: ByteProducer = new Producer({
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
    // Java's; the client's own default is not
    partitioner: compatibilityPartitioner,
    ...(sasl === undefined ? {} : { sasl: { mechanism: MECHANISMS[sasl.mechanism], username: sasl.username, password: sasl.password } }),
    ...(tls ? { tls: { lookup: names.lookup, rejectUnauthorized: true }, tlsServerName: destination.brokers.some(({ host }) => net.isIP(host) === 0) } : {}),
  });
  guardPlatformaticPool(producer.connections, names, { guard, tls, networkError: NetworkError });
  const toMessage = ({ key, value, headers, timestampMs }: KafkaRecord) => ({ topic, key, value, headers: toHeaderMap(headers), timestamp: BigInt(timestampMs) });
  let isBroken = false;
  return {
    get isBroken() {
      return isBroken;
    },
    async produce(records) {
      let partitionCount: number;
      try {
        // the client keeps it for seconds; asked apart, so that an error here means that nothing was sent
        const metadata = await producer.metadata({ topics: [topic] });
        partitionCount = metadata.topics.get(topic)?.partitionsCount ?? 1;
      } catch (error: unknown) {
        isBroken = true;
        const failure = classifyKafkaError(error, 'failed');
        return records.map(() => failure);
      }
      const messages = records.map(toMessage);
      try {
        await producer.send({ messages });
        return records.map(() => null);
      } catch (error: unknown) {
        const answers = answersByPartition(error);
        const otherwise = classifyKafkaError(error, 'unknown');
        // it begins a new sequence by itself after an error; what is about the records does not need another one
        isBroken ||= otherwise.kind !== 'rejected';
        return messages.map((message) => {
          const answer = answers.get(compatibilityPartitioner(message, message.key) % partitionCount);
          return answer === undefined ? otherwise : answer;
        });
      }
    },
    async close() {
      await producer.close(true).catch(() => {
        // its connections were gone already
      });
    },
  };
};

function toHeaderMap(headers: KafkaRecord['headers']): Map<Buffer, Buffer> {
  return new Map(Object.entries(headers).map(([name, value]) => [Buffer.from(name), Buffer.from(value)]));
}
