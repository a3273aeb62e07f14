import { Kafka, logLevel } from 'kafkajs';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { Marks } from './broker-sink.ts';
import type { BrokerSink, RecordMessage } from './broker-sink.ts';

/** The topic must exist. Reads it from its beginning; a record that is read again after a rebalance is known by its offset. */
export async function startKafkaSink({ broker, topic, partitions }: { readonly broker: string; readonly topic: string; readonly partitions: number }, record: RecordMessage): Promise<BrokerSink> {
  const kafka = new Kafka({ clientId: 'oracle', brokers: [broker], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 100 } });
  const marks = new Marks();
  const nextOffset = new Map<number, bigint>();
  const consumer = kafka.consumer({ groupId: `oracle-${topic}`, sessionTimeout: 10_000 });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await consumer.connect();
  await producer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  return {
    consume: () =>
      consumer.run({
        eachMessage: async ({ partition, message }) => {
          const offset = BigInt(message.offset);
          if (offset < (nextOffset.get(partition) ?? 0n)) return;
          nextOffset.set(partition, offset + 1n);
          const text = message.value?.toString() ?? '';
          if (marks.arrived(text)) return;
              record(text, envelopeOf(message));
        },
      }),
    async drain() {
      const sent = Array.from({ length: partitions }, (_, partition) => ({ partition, mark: marks.expect() }));
      await producer.send({ topic, acks: -1, messages: sent.map(({ partition, mark }) => ({ partition, value: mark.text })) });
      await Promise.all(sent.map(({ mark }) => mark.arrived));
    },
    async close() {
      await Promise.all([consumer.disconnect(), producer.disconnect()]).catch(() => {});
    },
  };
}

function envelopeOf({ headers, key }: KafkaMessage): Parameters<RecordMessage>[1] {
  return { messageId: headerOf(headers, 'message-id'), eventId: headerOf(headers, 'event-id'), eventType: headerOf(headers, 'event-type'), hookId: headerOf(headers, 'hookline-hook-id'), key: key?.toString() };
}

const headerOf = (headers: IHeaders | undefined, name: string): string | undefined => headers?.[name]?.toString();
