// Destinations on a real broker, and what is in its queues.
import { randomUUID } from 'node:crypto';
import type { RabbitmqExchangeRequest, RabbitmqQueueRequest, Transport } from '@hookline/core';
import { waitUntil } from '@hookline/services';
import { type Channel, type ConsumeMessage, connect } from 'amqplib';
import { createDialGuard } from '../src/dial/dial-guard.ts';
import { systemClock } from '../src/system-clock.ts';
import { openPolicy } from './open-policy.ts';
import { openAmqpDestination } from '../src/amqp/amqp-destination.ts';
import { createAmqpTransport } from '../src/amqp/amqp-transport.ts';

const ARRIVAL_DEADLINE_MS = 15_000;

export const uniqueName = (kind: string): string => `${kind}-${randomUUID()}`;

export function amqpRequest(url: string): Omit<RabbitmqQueueRequest, 'type' | 'queue'> {
  const { hostname, port, username, password } = new URL(url);
  return { host: hostname, port: Number(port), username, password: { open: password }, vhost: '/', tls: false };
}

export function amqpTransport(request: RabbitmqQueueRequest | RabbitmqExchangeRequest): Transport {
  const destination = openAmqpDestination({ hookId: 'hok_sample', accountId: 1 }, request, () => null);
  if ('kind' in destination) throw new Error(destination.message);
  return createAmqpTransport(destination, { guard: createDialGuard(openPolicy), clock: systemClock, clientName: 'Hookline/test' });
}

/** On a connection of its own, which is closed afterwards. */
export async function withChannel<T>(url: string, use: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await connect(url);
  connection.on('error', () => {});
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    return await use(channel);
  } finally {
    await connection.close().catch(() => {});
  }
}

/** Everything in the queue once all of these ids are among it, or what is there in the end. It stays in the queue. */
export function queueContent(url: string, queue: string, ids: readonly string[]): Promise<readonly ConsumeMessage[]> {
  return withChannel(url, async (channel) => {
    const messages: ConsumeMessage[] = [];
    const wanted = new Set(ids);
    await channel.consume(queue, (message) => {
      if (message === null) return;
      messages.push(message);
      wanted.delete(String(message.properties.messageId));
    });
    const { messageCount } = await channel.checkQueue(queue);
    await waitUntil('the messages', async () => wanted.size === 0 && messages.length >= messageCount, { deadlineMs: ARRIVAL_DEADLINE_MS }).catch(() => {});
    return messages;
  });
}
