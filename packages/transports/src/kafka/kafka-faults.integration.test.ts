import { KAFKA_USER, startFaultProxy, startKafka } from '@hookline/services';
import { describeWithService } from '@hookline/services/vitest';
import { createAddressPolicy, type KafkaRequest, type Outcome, type Transport } from '@hookline/core';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, describe, expect, it } from 'vitest';
import { CLIENTS, kafkaRequest, kafkaTransport, newTopic, topicContent } from '../../test/kafka-fixture.ts';
import { naughtyStrings } from '../../test/naughty-strings.ts';
import { sampleBatch, sampleBodies } from '../testing/sample-batch.ts';
import { KAFKAJS_GAPS } from './kafkajs-producer.ts';
import type { DialPolicy } from '../dial/dial-guard.ts';

const SLOW_TEST_TIMEOUT_MS = 90_000;

await describeWithService('Kafka with faults', () => startKafka({ private: true, sasl: true, tls: true }), (broker) => {
  const opened: Transport[] = [];
  afterEach(async () => {
    for (const transport of opened.splice(0)) await transport.close();
  });
  const idsOf = (batch: { readonly messages: readonly { readonly messageId: string }[] }): string[] => batch.messages.map(({ messageId }) => messageId);

  describe.each(CLIENTS)('by $name', ({ name, open }) => {
    const to = (change: Partial<KafkaRequest>, policy?: DialPolicy): Transport => {
      const transport = kafkaTransport(kafkaRequest(broker.broker, change), open, policy);
      opened.push(transport);
      return transport;
    };
    const outcomeOf = async (transport: Transport, bodies = ['{}']): Promise<Outcome> => (await transport.send(sampleBatch(bodies))).outcome;

    it('stores what the contract says', async () => {
      const topic = await newTopic(broker.broker);
      const batch = sampleBatch(['{"a":1}', '{"b":2}']);
      const messages = batch.messages.map((message, index) => (index === 0 ? message : { ...message, profileId: null }));
      const before = Date.now();
      await to({ topic }).send({ ...batch, messages });
      const stored = await topicContent(broker.broker, topic, idsOf(batch));
      const first = stored.find(({ message }) => String(message.headers?.['message-id']) === messages[0]?.messageId)?.message;
      expect(Object.fromEntries(Object.entries(first?.headers ?? {}).map(([header, value]) => [header, String(value)]))).toEqual({
        'message-id': messages[0]?.messageId, 'event-id': 'evt-0', 'event-type': 'click', 'hookline-hook-id': 'hok_sample',
      });
      expect(stored.map(({ message }) => String(message.key)).sort()).toEqual(['12.click', 'profile-0']);
      expect(Number(first?.timestamp)).toBeGreaterThanOrEqual(before);
      await to({ topic, key: 'routing_key' }).send(sampleBatch(['{"c":3}']));
      expect((await topicContent(broker.broker, topic, idsOf(batch))).filter(({ message }) => String(message.key) === '12.click')).toHaveLength(2);
    });

    it('says where an operator has sent it again', async () => {
      const topic = await newTopic(broker.broker);
      const batch = sampleBatch(['{}', '{}']);
      const messages = batch.messages.map((message, index) => ({ ...message, redrive: index * 2 }));
      await to({ topic }).send({ ...batch, messages });
      const stored = await topicContent(broker.broker, topic, idsOf(batch));
      const redriveOf = (id: string | undefined) => stored.find(({ message }) => String(message.headers?.['message-id']) === id)?.message.headers?.['hookline-redrive']?.toString();
      expect(messages.map(({ messageId }) => redriveOf(messageId))).toEqual([undefined, '2']);
    });

    it('is byte-exact for every naughty string', async () => {
      const topic = await newTopic(broker.broker);
      const batch = sampleBatch(naughtyStrings().map((text) => JSON.stringify({ text })));
      await to({ topic }).send(batch);
      const got = new Map((await topicContent(broker.broker, topic, idsOf(batch))).map(({ message }) => [String(message.headers?.['message-id']), message.value]));
      expect(batch.messages.filter(({ messageId, body }) => !got.get(messageId)?.equals(Buffer.from(body)))).toEqual([]);
    });

    it('makes no topic', async () => {
      expect(await outcomeOf(to({ topic: 'never-made' }))).toMatchObject({ kind: 'failed', code: 'destination_missing' });
      const admin = new Kafka({ brokers: [broker.broker], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      expect(await admin.listTopics()).not.toContain('never-made');
      await admin.disconnect();
    });

    it('takes many records that are too large only together', async () => {
      const topic = await newTopic(broker.broker, { 'max.message.bytes': '4000' });
      const batch = sampleBatch(Array.from({ length: 30 }, () => JSON.stringify('x'.repeat(700))));
      expect((await to({ topic }).send(batch)).outcome).toEqual({ kind: 'delivered' });
      const there = new Set((await topicContent(broker.broker, topic, idsOf(batch))).map(({ message }) => String(message.headers?.['message-id'])));
      expect(there).toEqual(new Set(idsOf(batch)));
    });

    it('takes a batch of more bytes than one request may have', async () => {
      const topic = await newTopic(broker.broker);
      const batch = sampleBatch(Array.from({ length: 40 }, () => JSON.stringify('x'.repeat(60_000))));
      expect((await to({ topic }).send(batch)).outcome).toEqual({ kind: 'delivered' });
    });

    it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('logs in by %s', async (mechanism) => {
      const topic = await newTopic(broker.broker);
      const sasl = { mechanism, username: KAFKA_USER.username, password: { open: KAFKA_USER.password } };
      expect(await outcomeOf(to({ topic, brokers: [broker.saslBroker ?? ''], sasl }))).toEqual({ kind: 'delivered' });
    });

    it('does not try a refused login again at once', async () => {
      const proxy = await startFaultProxy({ port: Number(broker.saslBroker?.split(':')[1]) });
      const transport = to({ brokers: [`127.0.0.1:${proxy.port}`], sasl: { mechanism: 'plain', username: 'alice', password: { open: 'wrong' } } });
      const outcomes = [await outcomeOf(transport), await outcomeOf(transport), await outcomeOf(transport)];
      expect(outcomes).toEqual(outcomes.map(() => expect.objectContaining({ kind: 'failed', code: 'credentials' })));
      expect(proxy.connectionCount()).toBe(1);
      await proxy.close();
    });

    it('is never without TLS where the hook asks for it, and takes no certificate that nobody signed', async () => {
      expect(await outcomeOf(to({ tls: true }))).toMatchObject({ kind: 'failed' });
      expect(await outcomeOf(to({ tls: true, brokers: [broker.tlsBroker ?? ''] }))).toMatchObject({ kind: 'failed', code: 'tls' });
    });

    it('fails where nothing listens, and where there is no such name', async () => {
      expect(await outcomeOf(to({ brokers: ['127.0.0.1:1'] }))).toMatchObject({ kind: 'failed', code: 'broker_unavailable' });
      expect(await outcomeOf(to({ brokers: ['nowhere.invalid:9092'] }))).toMatchObject({ kind: 'failed', code: 'dns' });
    });

    it('dials nothing that the policy forbids, neither a bootstrap address nor one that the cluster advertises', async () => {
      const topic = await newTopic(broker.broker);
      expect(await outcomeOf(to({ topic }, createAddressPolicy({ allow: [], allowHttp: false, self: [] })))).toMatchObject({ kind: 'failed', code: 'address_forbidden' });
      // the bootstrap address is let through by its port; what the cluster advertises has another one
      const proxy = await startFaultProxy({ port: Number(broker.broker.split(':')[1]) });
      const dialled: number[] = [];
      const policy: DialPolicy = {
        checkUrl: (url) => ({ url }),
        checkAddress: (_ip, _host, port) => {
          dialled.push(port);
          return port === proxy.port ? { allowed: true } : { allowed: false, reason: 'address_forbidden', message: 'inside' };
        },
      };
      expect((await outcomeOf(to({ topic, brokers: [`127.0.0.1:${proxy.port}`] }, policy))).kind).not.toBe('delivered');
      expect(dialled).toContain(Number(broker.broker.split(':')[1]));
      await proxy.close();
    });

    it('sends nothing twice that is stored beside a record that is refused, unless it is written down as a gap', async () => {
      const topic = await newTopic(broker.broker, { 'max.message.bytes': '4000' });
      const batch = sampleBatch(sampleBodies(30).map((body, index) => (index === 0 ? JSON.stringify('x'.repeat(5000)) : body)));
      // by itself in its partition
      const messages = batch.messages.map((message, index) => ({ ...message, profileId: index === 0 ? 'profile-0' : 'profile-1' }));
      await to({ topic }).send({ ...batch, messages });
      const stored = (await topicContent(broker.broker, topic, idsOf(batch).slice(1))).map(({ message }) => String(message.headers?.['message-id']));
      const isGap = name === 'kafkajs' && KAFKAJS_GAPS.some((gap) => gap.case === 'partition-answers');
      expect(stored.length > new Set(stored).size).toBe(isGap);
    });
  });

  it('chooses the same partition with both clients, which is Java\'s', { timeout: SLOW_TEST_TIMEOUT_MS }, async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `681a0b2c3d4e5f60718${(index * 7919).toString(16).padStart(5, '0')}`);
    const partitions: Map<string, number>[] = [];
    for (const { open } of CLIENTS) {
      const topic = await newTopic(broker.broker);
      const transport = kafkaTransport(kafkaRequest(broker.broker, { topic }), open);
      opened.push(transport);
      const batch = sampleBatch(keys.map(() => '{}'));
      await transport.send({ ...batch, messages: batch.messages.map((message, index) => ({ ...message, profileId: keys[index] ?? null })) });
      partitions.push(new Map((await topicContent(broker.broker, topic, idsOf(batch))).map(({ partition, message }) => [String(message.key), partition])));
    }
    expect(partitions[0]).toEqual(partitions[1]);
    expect(new Set(partitions[0]?.values()).size).toBe(3);
  });
});
