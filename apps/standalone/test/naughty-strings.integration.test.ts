import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTopic } from '@hookline/services';
import { describeWithService, sharedKafka, sharedRabbitmq } from '@hookline/services/vitest';
import { systemClock } from '@hookline/transports';
import { connect } from 'amqplib';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { type Hookline, openHookline } from '../src/open-hookline.ts';

// bad-input.md A23 and G6 from end to end: in by HTTP, out by HTTP, RabbitMQ and Kafka, byte for byte.

const ADMIN = 'hl_test_naughty';
const DEADLINE = { timeout: 60_000 };
const OWN = ['', '"', '\\', '\u0000\u0001', '\u2028\u2029', '\u202etest', 'Z\u0301\u0323', '👩‍👩‍👧', '{{uuid}} ${7*7}', '</script>', "'; DROP TABLE x; --", '\ufeffbom', 'a\r\nb'];

function naughtyStrings(): readonly string[] {
  const file = new URL('../../../../shared/corpora/naughty-strings.json', import.meta.url);
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as string[]).map((base64) => Buffer.from(base64, 'base64').toString());
  console.warn('the corpus of naughty strings is not beside the repository: a short list of our own stands in for it');
  return OWN;
}

/** An event with the text in every place that takes any, raw; and what a hook that adds nothing makes of it. */
function eventOf(text: string, index: number): { readonly sent: string; readonly expected: string } {
  const raw = JSON.stringify(text);
  const base = `"event_type":"naughty","event_date":"2026-02-03T04:05:06.100000009Z","event_data":{"v":${raw},"deep":[{"${index}":${raw}}],"n":1.0},"subscription":[{"channel":"email","x":${raw}}],"subscription_hash_id":${raw},"is_test":false`;
  return { sent: `{${base},"event_id":"n-${index}"}`, expected: `{${base},"account_id":1,"event_id":"n-${index}"}` };
}

await describeWithService('naughty strings', async () => ({ rabbit: await sharedRabbitmq(), kafka: await sharedKafka() }), ({ rabbit, kafka }) => {
  const events = naughtyStrings().map(eventOf);
  const expected = new Map(events.map((event, index) => [`n-${index}`, event.expected]));
  const queue = `naughty-${randomUUID()}`;
  const topic = `naughty-${randomUUID()}`;
  const arrived = { http: new Map<string, string>(), queue: new Map<string, string>(), topic: new Map<string, string>() };
  let hookline: Hookline;
  let receiver: Server;
  let dataDir: string;
  const closers: (() => Promise<unknown>)[] = [];

  const call = async (method: string, at: string, body: unknown): Promise<number> => {
    const raw = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${hookline.server.url}${at}`, { method, headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' }, body: raw });
    await response.arrayBuffer();
    return response.status;
  };

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
        const body = Buffer.concat(parts).toString();
        // A batch is an array of messages: cut by where each of ours begins, so that nothing is parsed and printed again.
        for (const message of body.slice(1, -1).split(/,(?=\{"event_type":"naughty")/)) arrived.http.set(/"event_id":"(n-\d+)"\}$/.exec(message)?.[1] ?? message, message);
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => receiver.once('listening', resolve));

    const amqp = await connect(rabbit.url);
    const channel = await amqp.createChannel();
    await channel.assertQueue(queue, { durable: true });
    await channel.consume(queue, (message) => message && arrived.queue.set(String(message.properties.headers?.['event-id']), message.content.toString()), { noAck: true });
    await createTopic(kafka.broker, topic, { partitions: 2, settings: {} });
    const consumer = new Kafka({ brokers: [kafka.broker], logLevel: logLevel.NOTHING }).consumer({ groupId: randomUUID() });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void arrived.topic.set(String(message.headers?.['event-id']), message.value?.toString() ?? '') });
    closers.push(() => consumer.disconnect(), () => amqp.close());

    dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-naughty-'));
    const config = loadConfig({ HOOKLINE_DATA_DIR: dataDir, PORT: '0', HOOKLINE_ADMIN_TOKEN: ADMIN, HOOKLINE_ALLOW_DESTINATIONS: '127.0.0.0/8, ::1, localhost' });
    hookline = await openHookline({ config, version: 'test', clock: systemClock, logger: { log: () => {}, linesDropped: () => 0, flush: async () => {} }, demo: false });
    const { hostname, port, username, password } = new URL(rabbit.url);
    const requests = [
      { type: 'http', url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`, timeout_sec: 1 },
      { type: 'rabbitmq_queue', host: hostname, port: Number(port), username, password, queue },
      { type: 'kafka', brokers: [kafka.broker], topic },
    ];
    expect(await call('PUT', '/v1/event-types/naughty', {})).toBe(201);
    for (const request of requests) expect(await call('POST', '/v1/hooks', { name: request.type, events: ['naughty'], request })).toBe(201);
  }, 120_000);
  afterAll(async () => {
    await hookline.stop(9_000);
    receiver.close();
    receiver.closeAllConnections();
    for (const close of closers) await close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(`${events.length} of them arrive byte for byte at an HTTP receiver, in a queue and in a topic`, async () => {
    expect(await call('POST', '/v1/events', `[${events.map(({ sent }) => sent).join(',')}]`)).toBe(202);
    for (const sink of Object.values(arrived)) await expect.poll(() => sink.size, DEADLINE).toBe(events.length);
    for (const sink of Object.values(arrived)) expect([...sink].filter(([id, message]) => expected.get(id) !== message)).toEqual([]);
  }, 120_000);
});
