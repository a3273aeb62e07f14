// Brokers that run on this machine with their defaults get a demo hook too. What the hooks need there (a queue, an exchange with a queue, a topic) is made once.
import { connect as dial } from 'node:net';
import type { HookRequest } from '@hookline/core';

const HOST = '127.0.0.1';
const RABBITMQ_PORT = 5672;
const KAFKA_PORT = 9092;
const DIAL_MS = 300;
const NAME = 'hookline-demo';

export interface DemoBrokerHook {
  readonly name: string;
  readonly port: number;
  readonly request: HookRequest;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial({ host: HOST, port, timeout: DIAL_MS });
    const end = (there: boolean) => (): void => {
      socket.destroy();
      resolve(there);
    };
    socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false));
  });
}

/** Hooks for the brokers that are there and let us in; secrets are open, the caller seals them. */
export async function demoBrokerHooks(): Promise<readonly DemoBrokerHook[]> {
  const found = await Promise.all([rabbitmqHooks(), kafkaHooks()].map((hooks) => hooks.catch(() => [])));
  return found.flat();
}

async function rabbitmqHooks(): Promise<DemoBrokerHook[]> {
  if (!(await answers(RABBITMQ_PORT))) return [];
  // The clients take memory: they are loaded where there is somebody to talk to.
  const { connect } = await import('amqplib');
  const connection = await connect({ hostname: HOST, port: RABBITMQ_PORT, username: 'guest', password: 'guest' });
  connection.on('error', () => undefined);
  try {
    const channel = await connection.createChannel();
    await channel.assertQueue(NAME, { durable: true });
    await channel.assertExchange(`${NAME}-events`, 'topic', { durable: true });
    await channel.assertQueue(`${NAME}-events`, { durable: true });
    await channel.bindQueue(`${NAME}-events`, `${NAME}-events`, '#');
  } finally {
    await connection.close();
  }
  const at = { host: HOST, port: RABBITMQ_PORT, username: 'guest', password: { open: 'guest' }, vhost: '/', tls: false };
  return [
    { name: 'Demo: RabbitMQ queue', port: RABBITMQ_PORT, request: { type: 'rabbitmq_queue', ...at, queue: NAME } },
    { name: 'Demo: RabbitMQ exchange', port: RABBITMQ_PORT, request: { type: 'rabbitmq_exchange', ...at, exchange: `${NAME}-events`, exchange_type: 'topic', durable: true, auto_delete: false, require_route: true } },
  ];
}

async function kafkaHooks(): Promise<DemoBrokerHook[]> {
  if (!(await answers(KAFKA_PORT))) return [];
  const broker = `${HOST}:${KAFKA_PORT}`;
  const { Kafka, logLevel } = await import('kafkajs').then((module) => module.default);
  const admin = new Kafka({ clientId: NAME, brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 1 } }).admin();
  await admin.connect();
  try {
    await admin.createTopics({ topics: [{ topic: NAME, numPartitions: 1 }] });
  } finally {
    await admin.disconnect();
  }
  return [{ name: 'Demo: Kafka', port: KAFKA_PORT, request: { type: 'kafka', brokers: [broker], topic: NAME, tls: false, key: 'profile_id' } }];
}
