import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTopic, startSqld } from '@hookline/services';
import { describeWithService, sharedKafka, sharedRabbitmq } from '@hookline/services/vitest';
import { connect } from 'amqplib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type InstalledPackages, installPackages, sampleOf } from './installed-packages.ts';
import { asWorker, askWorker, runScript, SCRIPT_RUNTIMES } from './run-sample.ts';

// Each package as its users have it, on each runtime, doing what its README shows.

const INSTALL_DEADLINE_MS = 180_000;
const NODE_COMPAT = ['nodejs_compat'];

let packages: InstalledPackages;
/** Bodies of what came in. */
let received: string[] = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    received.push(body);
    response.end();
  });
});
const receiverHost = (): string => `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
beforeAll(() => new Promise<void>((resolve) => void receiver.listen(0, '127.0.0.1', resolve)));
beforeEach(() => {
  received = [];
});
afterAll(() => void receiver.close());
beforeAll(() => {
  packages = installPackages();
}, INSTALL_DEADLINE_MS);
afterAll(() => packages.remove());

describe('core', () => {
  const sample = sampleOf('core', 'ts');
  const printed = sampleOf('core', 'text').trimEnd();
  it.each(SCRIPT_RUNTIMES)('does what its README shows on $name', async (runtime) => {
    expect(await runScript(packages, runtime, sample)).toBe(printed);
  });
  it('does it on workerd, where there is nothing of Node', async () => {
    expect(await askWorker(packages, asWorker(sample), [])).toBe(printed);
  });
});

describe('store', () => {
  it.each(SCRIPT_RUNTIMES)('keeps events in files on $name', async (runtime) => {
    expect(await runScript(packages, runtime, sampleOf('store', 'ts'))).toBe('1 order-1 null');
  });
});

await describeWithService('store with a libSQL server', () => startSqld({ private: true }), (sqld) => {
  it('keeps events on workerd', async () => {
    const sample = sampleOf('store', 'ts workers').replace('http://127.0.0.1:8080', sqld.url).replace('http://127.0.0.1:9090', sqld.adminUrl);
    expect(await askWorker(packages, sample, NODE_COMPAT)).toBe('accepted duplicate');
  });
});

describe('transports over HTTP', () => {
  it('deliver on workerd', async () => {
    const sample = sampleOf('transports', 'ts workers').replace('127.0.0.1:9000', receiverHost());
    expect(await askWorker(packages, sample, NODE_COMPAT)).toBe('delivered');
    expect(received).toEqual(['[{"event_type":"click"}]']);
  });
});

await describeWithService('transports', async () => ({ rabbitmq: await sharedRabbitmq(), kafka: await sharedKafka() }), ({ rabbitmq, kafka }) => {
  /** The sample with the places that are really there; its queue and its topic are new. */
  async function sampleFor(client: string): Promise<{ readonly sample: string; readonly queue: string }> {
    const name = `packages-${randomUUID()}`;
    const connection = await connect(rabbitmq.url);
    await (await connection.createChannel()).assertQueue(name);
    await connection.close();
    await createTopic(kafka.broker, name);
    const { port, username, password } = new URL(rabbitmq.url);
    const sample = sampleOf('transports', 'ts')
      .replace('127.0.0.1:9000', receiverHost())
      .replace("port: 5672, username: 'guest', password: { open: 'guest' }", `port: ${port}, username: '${username}', password: { open: '${password}' }`)
      .replace("'127.0.0.1:9092'", `'${kafka.broker}'`).replaceAll("'clicks'", `'${name}'`).replace("'platformatic'", `'${client}'`);
    return { sample, queue: name };
  }

  it.each(SCRIPT_RUNTIMES.flatMap((runtime) => ['platformatic', 'kafkajs'].map((client) => ({ ...runtime, client }))))('deliver over HTTP, RabbitMQ and Kafka ($client) on $name', async ({ client, ...runtime }) => {
    const { sample, queue } = await sampleFor(client);
    expect(await runScript(packages, runtime, sample)).toBe('http delivered\nrabbitmq_queue delivered\nkafka delivered');
    expect(received).toEqual(['[{"event_type":"click","event_date":"2026-01-25T15:04:05Z","account_id":1,"event_data":{}}]']);
    const connection = await connect(rabbitmq.url);
    const channel = await connection.createChannel();
    expect((await channel.checkQueue(queue)).messageCount).toBe(1);
    await connection.close();
  });
});
