import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { Marks } from './broker-sink.ts';
import type { BrokerSink, RecordMessage } from './broker-sink.ts';

export interface AmqpSinkOptions {
  readonly url: string;
  /** Made here, durable. */
  readonly queue: string;
  /** Also made here, with a binding of the queue. */
  readonly exchange?: { readonly name: string; readonly type: 'direct' | 'topic'; readonly patterns: readonly string[] };
}

const UNACKED_MAX = 1_000;
const CONNECT_AGAIN_MS = 250;

/**
 * Consumes one queue. What it had not acknowledged when the broker went comes again, flagged: that copy is the broker's own repetition and no duplicate of the
 * product's, so a flagged message that was recorded already is passed over.
 */
export async function startAmqpSink({ url, queue, exchange }: AmqpSinkOptions, record: RecordMessage): Promise<BrokerSink> {
  const marks = new Marks();
  const recorded = new Set<string>();
  let connection: ChannelModel;
  let channel: Channel;
  let closed = false;
  let consuming = false;

  const take = (message: ConsumeMessage | null): void => {
    if (!message) return;
    const text = message.content.toString();
    const { messageId } = message.properties as { messageId?: string };
    if (!marks.arrived(text) && !(message.fields.redelivered && recorded.has(String(messageId)))) {
      recorded.add(String(messageId));
      record(text, envelopeOf(message));
    }
    try {
      channel.ack(message);
    } catch {
      // the connection went between the message and its answer: the message comes again, flagged
    }
  };
  const open = async (): Promise<void> => {
    connection = await connect(url);
    connection.on('error', () => {});
    connection.on('close', () => void reopen());
    channel = await connection.createChannel();
    channel.on('error', () => {});
    await channel.assertQueue(queue, { durable: true });
    if (exchange) {
      await channel.assertExchange(exchange.name, exchange.type, { durable: true });
      for (const pattern of exchange.patterns) await channel.bindQueue(queue, exchange.name, pattern);
    }
    await channel.prefetch(UNACKED_MAX);
    if (consuming) await channel.consume(queue, take);
  };
  const reopen = async (): Promise<void> => {
    while (!closed) {
      await pause(CONNECT_AGAIN_MS);
      const opened = await open().then(() => true, () => false);
      if (opened) return;
    }
  };
  await open();
  return {
    async consume() {
      consuming = true;
      await channel.consume(queue, take);
    },
    async drain() {
      const mark = marks.expect();
      channel.sendToQueue(queue, Buffer.from(mark.text));
      await mark.arrived;
    },
    async close() {
      closed = true;
      await connection.close().catch(() => {});
    },
  };
}

function envelopeOf({ properties, fields }: ConsumeMessage): Parameters<RecordMessage>[1] {
  const headers = (properties.headers ?? {}) as Readonly<Record<string, string | undefined>>;
  const of = properties as { messageId?: string; type?: string; contentType?: string; deliveryMode?: number };
  return { messageId: of.messageId, eventId: headers['event-id'], eventType: of.type, hookId: headers['hookline-hook-id'], contentType: of.contentType, deliveryMode: of.deliveryMode, routingKey: fields.routingKey };
}
