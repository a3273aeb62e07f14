import { Kafka, logLevel } from 'kafkajs';

/** A topic on a broker without password; resolves when its partitions have leaders. */
export async function createTopic(broker: string, topic: string, { partitions = 1, settings = {} }: { readonly partitions?: number; readonly settings?: Readonly<Record<string, string>> } = {}): Promise<void> {
  const admin = new Kafka({ clientId: 'hookline-tests', brokers: [broker], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitions, replicationFactor: 1, configEntries }] });
  } finally {
    await admin.disconnect();
  }
}
