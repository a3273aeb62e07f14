import { startFaultProxy, startRabbitmq } from '@hookline/services';
import { describeWithService } from '@hookline/services/vitest';
import type { Outcome, RabbitmqExchangeRequest, Transport } from '@hookline/core';
import { afterEach, describe, expect, it } from 'vitest';
import { amqpRequest, amqpTransport, queueContent, uniqueName, withChannel } from '../../test/amqp-fixture.ts';
import { naughtyStrings } from '../../test/naughty-strings.ts';
import { sampleBatch, sampleBodies } from '../testing/sample-batch.ts';

const SLOW_TEST_TIMEOUT_MS = 90_000;

await describeWithService('RabbitMQ with faults', () => startRabbitmq({ private: true }), (broker) => {
  const opened: Transport[] = [];
  afterEach(async () => {
    for (const transport of opened.splice(0)) await transport.close();
  });
  const keep = (transport: Transport): Transport => {
    opened.push(transport);
    return transport;
  };
  const toQueue = (queue: string, change: object = {}): Transport => keep(amqpTransport({ ...amqpRequest(broker.url), type: 'rabbitmq_queue', queue, ...change }));
  const toExchange = (exchange: string, change: Partial<RabbitmqExchangeRequest> = {}): Transport =>
    keep(amqpTransport({ ...amqpRequest(broker.url), type: 'rabbitmq_exchange', exchange, exchange_type: 'topic', durable: true, auto_delete: false, require_route: true, ...change }));
  const newQueue = async (settings: Record<string, unknown> = {}): Promise<string> => {
    const queue = uniqueName('queue');
    await withChannel(broker.url, (channel) => channel.assertQueue(queue, { durable: true, arguments: settings }));
    return queue;
  };
  const outcomeOf = async (transport: Transport, bodies = ['{}']): Promise<Outcome> => (await transport.send(sampleBatch(bodies))).outcome;

  describe('what a consumer sees', () => {
    it('has the properties of the contract', async () => {
      const queue = await newQueue();
      const batch = sampleBatch(['{"a":1}']);
      await toQueue(queue).send(batch);
      const [message] = await queueContent(broker.url, queue, batch.messages.map(({ messageId }) => messageId));
      const given = Object.fromEntries(Object.entries(message?.properties ?? {}).filter(([, value]) => value !== undefined));
      expect(given).toEqual({
        contentType: 'application/json',
        deliveryMode: 2,
        headers: { 'event-id': 'evt-0', 'hookline-hook-id': 'hok_sample' },
        messageId: batch.messages[0]?.messageId,
        timestamp: Math.floor((batch.messages[0]?.eventTimeMs ?? 0) / 1000),
        type: 'click',
      });
      expect(message?.fields).toMatchObject({ exchange: '', routingKey: queue });
    });

    it('says where an operator has sent it again', async () => {
      const queue = await newQueue();
      const batch = sampleBatch(['{}', '{}']);
      const messages = batch.messages.map((message, index) => ({ ...message, redrive: index * 2 }));
      await toQueue(queue).send({ ...batch, messages });
      const got = await queueContent(broker.url, queue, messages.map(({ messageId }) => messageId));
      expect(got.map(({ properties }) => properties.headers?.['hookline-redrive'])).toEqual([undefined, '2']);
    });

    it('is byte-exact for every naughty string', async () => {
      const queue = await newQueue();
      const batch = sampleBatch(naughtyStrings().map((text) => JSON.stringify({ text })));
      await toQueue(queue).send(batch);
      const got = new Map((await queueContent(broker.url, queue, batch.messages.map(({ messageId }) => messageId))).map(({ properties, content }) => [properties.messageId, content]));
      expect(batch.messages.filter(({ messageId, body }) => !got.get(messageId)?.equals(Buffer.from(body)))).toEqual([]);
    });

    it('comes by the routing key that an exchange is bound with', async () => {
      const [queue, exchange] = [await newQueue(), uniqueName('exchange')];
      const transport = toExchange(exchange, { exchange_type: 'direct' });
      await transport.send(sampleBatch(['{}']));
      await withChannel(broker.url, (channel) => channel.bindQueue(queue, exchange, '12.click'));
      const batch = sampleBatch(['{}']);
      expect((await transport.send(batch)).outcome).toEqual({ kind: 'delivered' });
      const [message] = await queueContent(broker.url, queue, batch.messages.map(({ messageId }) => messageId));
      expect(message?.fields).toMatchObject({ exchange, routingKey: '12.click' });
    });
  });

  describe('places', () => {
    it('declares the exchange with its flags', async () => {
      const exchange = uniqueName('exchange');
      await outcomeOf(toExchange(exchange, { exchange_type: 'direct', durable: false, auto_delete: true }));
      await expect(withChannel(broker.url, (channel) => channel.assertExchange(exchange, 'direct', { durable: false, autoDelete: true }))).resolves.toBeDefined();
    });

    it('says so when the exchange is there with other flags, and harms no other hook', async () => {
      const exchange = uniqueName('exchange');
      await withChannel(broker.url, (channel) => channel.assertExchange(exchange, 'topic', { durable: true }));
      expect(await outcomeOf(toExchange(exchange, { exchange_type: 'direct' }))).toMatchObject({ kind: 'failed', code: 'destination_missing', message: expect.stringContaining('inequivalent') });
    });

    it('fails where no queue is bound, unless the hook does not ask for one', async () => {
      const exchange = uniqueName('exchange');
      expect(await outcomeOf(toExchange(exchange))).toMatchObject({ kind: 'failed', code: 'unroutable' });
      expect(await outcomeOf(toExchange(exchange, { require_route: false }))).toEqual({ kind: 'delivered' });
    });

    it('tells the routed messages of a batch from those that no queue takes', async () => {
      const [queue, exchange] = [await newQueue(), uniqueName('exchange')];
      const transport = toExchange(exchange);
      await outcomeOf(transport);
      await withChannel(broker.url, (channel) => channel.bindQueue(queue, exchange, '12.open'));
      const batch = sampleBatch(sampleBodies(4));
      const messages = batch.messages.map((message, index) => (index % 2 === 0 ? message : { ...message, routingKey: '12.open' }));
      const { each } = await transport.send({ ...batch, messages });
      expect(each?.map((outcome) => outcome.kind)).toEqual(['failed', 'delivered', 'failed', 'delivered']);
    });

    it('goes on by itself when the exchange was deleted', async () => {
      const exchange = uniqueName('exchange');
      const transport = toExchange(exchange, { require_route: false });
      await outcomeOf(transport);
      await withChannel(broker.url, (channel) => channel.deleteExchange(exchange));
      expect(await outcomeOf(transport)).toMatchObject({ kind: 'unknown', code: 'destination_missing' });
      expect(await outcomeOf(transport)).toEqual({ kind: 'delivered' });
    });

    it('counts nothing as delivered to a queue that is deleted, and delivers when it is there again', async () => {
      const queue = await newQueue();
      const transport = toQueue(queue);
      expect(await outcomeOf(transport)).toEqual({ kind: 'delivered' });
      await withChannel(broker.url, (channel) => channel.deleteQueue(queue));
      expect(await outcomeOf(transport)).toMatchObject({ kind: 'failed', code: 'unroutable' });
      await withChannel(broker.url, (channel) => channel.assertQueue(queue, { durable: true }));
      expect(await outcomeOf(transport)).toEqual({ kind: 'delivered' });
    });

    it('loses nothing that a queue deleted under load did not take', async () => {
      const queue = await newQueue();
      const transport = toQueue(queue);
      await outcomeOf(transport);
      const batches = Array.from({ length: 20 }, () => sampleBatch(sampleBodies(100)));
      const results = await withChannel(broker.url, async (channel) => {
        const sending = Promise.all(batches.map((batch) => transport.send(batch)));
        await channel.deleteQueue(queue);
        return sending;
      });
      const last = await transport.send(sampleBatch(['{}']));
      expect(last.outcome.kind).toBe('failed');
      expect(results.flatMap((result) => result.each ?? []).filter((outcome) => outcome.kind !== 'delivered' && outcome.kind !== 'failed')).toEqual([]);
    });
  });

  it('tells what a full queue took from what it did not', async () => {
    const queue = await newQueue({ 'x-max-length': 5, 'x-overflow': 'reject-publish' });
    const batch = sampleBatch(sampleBodies(10));
    const { each } = await toQueue(queue).send(batch);
    const taken = batch.messages.filter((_, index) => each?.[index]?.kind === 'delivered').map(({ messageId }) => messageId);
    const stored = (await queueContent(broker.url, queue, taken)).map(({ properties }) => properties.messageId);
    expect(new Set(stored)).toEqual(new Set(taken));
    expect(each?.find((outcome) => outcome.kind !== 'delivered')).toMatchObject({ kind: 'failed', code: 'nacked' });
  });

  describe('logins', () => {
    it('that are refused are not tried again at once', async () => {
      const proxy = await startFaultProxy({ port: Number(new URL(broker.url).port) });
      const transport = toQueue('any', { port: proxy.port, password: { open: 'wrong' } });
      const outcomes = [await outcomeOf(transport), ...(await Promise.all(Array.from({ length: 5 }, () => outcomeOf(transport))))];
      expect(outcomes).toEqual(outcomes.map(() => expect.objectContaining({ kind: 'failed', code: 'credentials' })));
      expect(proxy.connectionCount()).toBe(1);
      await proxy.close();
    });

    it('find no virtual host, or one that is not theirs', async () => {
      await broker.control('add_user', 'stranger', 'stranger');
      expect(await outcomeOf(toQueue('any', { vhost: 'none/of them' }))).toMatchObject({ kind: 'failed', code: 'permission' });
      expect(await outcomeOf(toQueue('any', { username: 'stranger', password: { open: 'stranger' } }))).toMatchObject({ kind: 'failed', code: 'permission' });
    });

    it('may not write', async () => {
      const queue = await newQueue();
      await broker.control('add_user', 'reader', 'reader');
      await broker.control('set_permissions', '-p', '/', 'reader', '', '', '.*');
      expect(await outcomeOf(toQueue(queue, { username: 'reader', password: { open: 'reader' } }), sampleBodies(3))).toMatchObject({ kind: 'failed', code: 'permission' });
    });

    it('reach a virtual host whose name needs escaping', async () => {
      await broker.control('add_vhost', 'a%2Fb/ü');
      await broker.control('set_permissions', '-p', 'a%2Fb/ü', 'guest', '.*', '.*', '.*');
      expect(await outcomeOf(toExchange(uniqueName('exchange'), { vhost: 'a%2Fb/ü', require_route: false }))).toEqual({ kind: 'delivered' });
    });
  });

  it('waits for a broker with an alarm, and not beyond its deadline', { timeout: SLOW_TEST_TIMEOUT_MS }, async () => {
    const transport = toQueue(await newQueue());
    await outcomeOf(transport);
    await broker.control('set_vm_memory_high_watermark', '0');
    try {
      // the broker says so only to who publishes
      expect(await outcomeOf(transport)).toMatchObject({ kind: 'unknown', code: 'broker_unavailable' });
      const waiting = outcomeOf(transport);
      await broker.control('set_vm_memory_high_watermark', '0.4');
      expect(await waiting).toEqual({ kind: 'delivered' });
    } finally {
      await broker.control('set_vm_memory_high_watermark', '0.4');
    }
  });

  it('gives up a connection through which nothing comes any more, and delivers by another', { timeout: SLOW_TEST_TIMEOUT_MS }, async () => {
    const proxy = await startFaultProxy({ port: Number(new URL(broker.url).port) });
    const transport = toQueue(await newQueue(), { port: proxy.port });
    await outcomeOf(transport);
    const lift = await proxy.inject({ kind: 'blackhole' });
    expect(await outcomeOf(transport)).toMatchObject({ kind: 'unknown', code: 'timeout' });
    await lift();
    expect(await outcomeOf(transport)).toEqual({ kind: 'delivered' });
    expect(proxy.connectionCount()).toBe(2);
    await proxy.close();
  });

  it('holds a large batch back while the broker reads slowly, and gets all of it through', { timeout: SLOW_TEST_TIMEOUT_MS }, async () => {
    const proxy = await startFaultProxy({ port: Number(new URL(broker.url).port) });
    const transport = toQueue(await newQueue(), { port: proxy.port });
    await outcomeOf(transport);
    const lift = await proxy.inject({ kind: 'bandwidth', bytesPerSec: 2_000_000, direction: 'up' });
    const sending = transport.send(sampleBatch(Array.from({ length: 4000 }, (_, index) => JSON.stringify({ index, text: 'x'.repeat(1000) }))));
    expect((await sending).outcome).toEqual({ kind: 'delivered' });
    await lift();
    await proxy.close();
  });
});
