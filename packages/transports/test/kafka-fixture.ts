// Destinations on a real broker, and what is in its topics.
import { randomUUID } from 'node:crypto';
import type { KafkaRequest, Transport } from '@hookline/core';
import { createTopic, waitUntil } from '@hookline/services';
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import { createDialGuard, type DialPolicy } from '../src/dial/dial-guard.ts';
import { systemClock } from '../src/system-clock.ts';
import { openPolicy } from './open-policy.ts';
import { openKafkaDestination } from '../src/kafka/kafka-destination.ts';
import type { OpenKafkaProducer } from '../src/kafka/kafka-producer-port.ts';
import { createKafkaTransport } from '../src/kafka/kafka-transport.ts';
import { openKafkajsProducer } from '../src/kafka/kafkajs-producer.ts';
import { openPlatformaticProducer } from '../src/kafka/platformatic-producer.ts';

const ARRIVAL_DEADLINE_MS = 30_000;

export const CLIENTS: readonly { readonly name: string; readonly open: OpenKafkaProducer }[] = [
  { name: '@platformatic/kafka', open: openPlatformaticProducer },
  { name: 'kafkajs', open: openKafkajsProducer },
];

export const kafkaRequest = (broker: string, change: Partial<KafkaRequest> = {}): KafkaRequest => ({ type: 'kafka', brokers: [broker], topic: 'none', tls: false, key: 'profile_id', ...change });

export function kafkaTransport(request: KafkaRequest, open: OpenKafkaProducer, policy: DialPolicy = openPolicy): Transport {
  const destination = openKafkaDestination({ hookId: 'hok_sample', accountId: 1 }, request, () => null);
  if ('kind' in destination) throw new Error(destination.message);
  return createKafkaTransport(destination, open, { guard: createDialGuard(policy), clock: systemClock, clientId: 'hookline-test' });
}

export async function newTopic(broker: string, settings: Readonly<Record<string, string>> = {}): Promise<string> {
  return onceItAnswers(async () => {
    const topic = `topic-${randomUUID()}`;
    await createTopic(broker, topic, { partitions: 3, settings });
    return topic;
  });
}

/** A broker that was just started or thawed refuses for a moment what needs a leader. */
async function onceItAnswers<T>(ask: () => Promise<T>): Promise<T> {
  let answer: { readonly value: T } | null = null;
  const isAnswered = async (): Promise<boolean> => {
    answer = await ask().then((value) => ({ value }), () => null);
    return answer !== null;
  };
  await waitUntil('an answer of the broker', isAnswered, { deadlineMs: ARRIVAL_DEADLINE_MS });
  return (answer as unknown as { readonly value: T }).value;
}

export interface StoredRecord {
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** Everything in the topic once all of these message ids are among it, or what is there in the end. */
export async function topicContent(broker: string, topic: string, ids: readonly string[]): Promise<readonly StoredRecord[]> {
  const kafka = new Kafka({ clientId: 'hookline-test', brokers: [broker], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId: randomUUID() });
  const stored: StoredRecord[] = [];
  const wanted = new Set(ids);
  try {
    await admin.connect();
    const offsets = await onceItAnswers(() => admin.fetchTopicOffsets(topic));
    const count = offsets.reduce((sum, { offset }) => sum + Number(offset), 0);
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        stored.push({ partition, message });
        wanted.delete(String(message.headers?.['message-id']));
      },
    });
    await waitUntil('the records', async () => wanted.size === 0 && stored.length >= count, { deadlineMs: ARRIVAL_DEADLINE_MS }).catch(() => {});
    return stored;
  } finally {
    await Promise.all([consumer.disconnect(), admin.disconnect()]);
  }
}
