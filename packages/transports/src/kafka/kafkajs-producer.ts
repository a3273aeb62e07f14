import net from 'node:net';
import tls from 'node:tls';
import type { Failure } from '@hookline/core';
import type { Producer } from 'kafkajs';
import { CONNECT_TIMEOUT_MS } from '../dial/classify-dial-error.ts';
import type { DialGuard } from '../dial/dial-guard.ts';
import { fail } from '../failure.ts';
import { classifyKafkaError } from './classify-kafka-error.ts';
import { KAFKA_REQUEST_TIMEOUT_MS, KAFKA_RETRY_COUNT, KAFKA_RETRY_DELAY_MS, type KafkaAnswer, type KafkaRecord, type OpenKafkaProducer } from './kafka-producer-port.ts';

const ACKS_FROM_ALL = -1;

/** What this client cannot promise behind the port; the test of it fails when it is closed, too. */
export const KAFKAJS_GAPS: readonly { readonly case: string; readonly reason: string }[] = [
  { case: 'partition-answers', reason: 'a send over several partitions rejects as a whole and does not say which of them were stored: the others are sent again' },
];

export const openKafkajsProducer: OpenKafkaProducer = async (destination, { guard, clientId }) => {
  const { Kafka, Partitioners, logLevel } = await import('kafkajs').then((module) => module.default);
  const { topic, sasl } = destination;
  const retry = { retries: KAFKA_RETRY_COUNT, initialRetryTime: KAFKA_RETRY_DELAY_MS, maxRetryTime: KAFKA_RETRY_DELAY_MS * 2 };
  const kafka = new Kafka({
    clientId,
    brokers: destination.brokers.map(({ host, port }) => `${net.isIPv6(host) ? `[${host}]` : host}:${port}`),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    authenticationTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: KAFKA_REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    retry,
    logLevel: logLevel.NOTHING,
    ...(destination.tls ? { ssl: true } : {}),
    socketFactory: (target) => dialGuarded(guard, target),
    ...(sasl === undefined ? {} : { sasl: { mechanism: sasl.mechanism as 'plain', username: sasl.username, password: sasl.password } }),
  });
  const openProducer = (): Producer => kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner, retry });
  const disconnect = async (leaving: Producer): Promise<void> => {
    await leaving.disconnect().catch(() => {
      // its connections were gone already
    });
  };
  let producer = openProducer();
  let isClosed = false;
  const produceNext = async (records: readonly KafkaRecord[]): Promise<readonly KafkaAnswer[]> => {
    const failAll = (failure: Failure): readonly KafkaAnswer[] => {
      // after any error its sequence numbers are wrong for the partitions that were stored: the next send would be OUT_OF_ORDER_SEQUENCE_NUMBER (measured)
      void disconnect(producer);
      producer = openProducer();
      return records.map(() => failure);
    };
    if (isClosed) return failAll(fail('failed', 'broker_unavailable', 'closed before it was sent'));
    try {
      await producer.connect();
    } catch (error: unknown) {
      return failAll(classifyKafkaError(error, 'failed'));
    }
    try {
      const messages = records.map(({ key, value, headers, timestampMs }) => ({ key, value, headers: { ...headers }, timestamp: String(timestampMs) }));
      await producer.send({ topic, acks: ACKS_FROM_ALL, timeout: KAFKA_REQUEST_TIMEOUT_MS, messages });
      return records.map(() => null);
    } catch (error: unknown) {
      return failAll(classifyKafkaError(error, 'unknown'));
    }
  };
  // one at a time: concurrent sends of an idempotent producer were stored out of order (measured)
  let last: Promise<unknown> = Promise.resolve();
  return {
    // what breaks is replaced here, before the next in line
    isBroken: false,
    produce(records) {
      const answers = last.then(() => produceNext(records));
      last = answers;
      return answers;
    },
    async close() {
      isClosed = true;
      await disconnect(producer);
    },
  };
};

interface DialTarget {
  readonly host: string;
  readonly port: number;
  readonly ssl?: tls.ConnectionOptions | boolean | undefined;
  readonly onConnect: () => void;
}

/** kafkajs asks for every socket here, also for the brokers that the cluster advertises (K12). */
function dialGuarded(guard: DialGuard, { host, port, ssl, onConnect }: DialTarget): net.Socket {
  const refusal = guard.checkLiteral(host, port);
  // an error like any other that a dial can have
  if (refusal !== null) return new net.Socket().destroy(refusal);
  const lookup = guard.lookup(port);
  // `false` without TLS, whatever the types say
  if (!ssl) return net.connect({ host, port, lookup, noDelay: true }, onConnect);
  return tls.connect({ host, port, lookup, rejectUnauthorized: true, ...(net.isIP(host) === 0 ? { servername: host } : {}) }, onConnect);
}
