import type { Failure } from '@hookline/core';
import type { Channel, ChannelModel } from 'amqplib';
import { CONNECT_TIMEOUT_MS } from '../dial/classify-dial-error.ts';
import type { DialGuard } from '../dial/dial-guard.ts';
import type { AmqpDestination } from './amqp-destination.ts';
import { classifyCloseError, classifyConnectError } from './classify-amqp-error.ts';
import { PublishChannel } from './publish-channel.ts';

/** Half-open sockets never end by themselves; amqplib gives up after two of these without a byte (R13). */
const HEARTBEAT_SEC = 10;

/** An open connection and its channels. Its end is final: whoever needs another makes another. */
export class AmqpConnection {
  ended = false;
  readonly #model: ChannelModel;
  readonly #destination: AmqpDestination;
  #channel: Promise<PublishChannel> | null = null;
  #probe: Channel | null = null;
  #blocked = false;
  #whenUnblocked: (() => void)[] = [];

  constructor(model: ChannelModel, destination: AmqpDestination) {
    this.#model = model;
    this.#destination = destination;
    // 'close' follows and tells the channels; without a listener for 'error' the process would end
    model.on('error', () => {});
    model.on('blocked', () => {
      this.#blocked = true;
    });
    model.on('unblocked', () => this.#unblock());
    model.on('close', () => {
      this.ended = true;
      this.#unblock();
    });
  }

  /** The broker has an alarm and reads nothing from this connection (R9). */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** Resolves when the alarm is over, or the connection. */
  unblocked(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#blocked) this.#whenUnblocked.push(resolve);
      else resolve();
    });
  }

  /** The channel that all sends of the hook share; another one when the broker has closed it. In exchange mode the exchange is declared first. */
  async channel(): Promise<PublishChannel | Failure> {
    this.#channel ??= this.openChannel();
    const opening = this.#channel;
    const forget = (): void => {
      if (this.#channel === opening) this.#channel = null;
    };
    try {
      const channel = await opening;
      void channel.ended.then(forget);
      return channel;
    } catch (error: unknown) {
      forget();
      return classifyCloseError(error, 'failed');
    }
  }

  /** A publishing channel for one caller, on which a message may fail without taking others with it. Throws what the broker says. */
  async openChannel(): Promise<PublishChannel> {
    const channel = await this.#model.createConfirmChannel();
    const publishing = new PublishChannel(channel, this.#destination);
    const { request } = this.#destination;
    if (request.type === 'rabbitmq_exchange') await channel.assertExchange(request.exchange, request.exchange_type, { durable: request.durable, autoDelete: request.auto_delete });
    return publishing;
  }

  /** A passive declare, on a channel of its own: the broker's answer to a missing queue is to close the channel. */
  async isQueueThere(queue: string): Promise<boolean> {
    if (this.#probe === null) {
      const probe = await this.#model.createChannel();
      probe.on('error', () => {});
      probe.on('close', () => {
        if (this.#probe === probe) this.#probe = null;
      });
      this.#probe = probe;
    }
    try {
      await this.#probe.checkQueue(queue);
      return true;
    } catch (error: unknown) {
      const code = (error as { code?: unknown }).code;
      if (code === 404) return false;
      // 403 and 405 are said of queues that exist but may not be looked at
      if (typeof code === 'number') return true;
      throw error;
    }
  }

  /** Ends it without waiting for a broker that may not be there any more. */
  destroy(): void {
    this.ended = true;
    socketOf(this.#model).destroy(new Error('given up'));
  }

  /** Says goodbye, then ends it. */
  async close(): Promise<void> {
    const hasEnded = this.ended;
    this.ended = true;
    if (!hasEnded) await Promise.race([this.#model.close(), new Promise((resolve) => this.#model.once('close', resolve))]).catch(() => {
      // it ended by itself in the meantime
    });
    socketOf(this.#model).destroy();
  }

  #unblock(): void {
    this.#blocked = false;
    for (const resume of this.#whenUnblocked) resume();
    this.#whenUnblocked = [];
  }
}

/** Dials and logs in. */
export async function openAmqpConnection(destination: AmqpDestination, guard: DialGuard, clientName: string): Promise<AmqpConnection | Failure> {
  const { request, password } = destination;
  const refusal = guard.checkLiteral(request.host, request.port);
  if (refusal !== null) return classifyConnectError(refusal);
  try {
    const { connect } = await import('amqplib');
    const model = await connect(
      {
        protocol: request.tls ? 'amqps' : 'amqp',
        hostname: request.host,
        port: request.port,
        username: request.username,
        password,
        // amqplib decodes it, also here where it is no part of a URL
        vhost: encodeURIComponent(request.vhost),
        heartbeat: HEARTBEAT_SEC,
      },
      { timeout: CONNECT_TIMEOUT_MS, noDelay: true, lookup: guard.lookup(request.port), rejectUnauthorized: true, clientProperties: { connection_name: `${clientName} ${destination.hookId}` } },
    );
    return new AmqpConnection(model, destination);
  } catch (error: unknown) {
    return classifyConnectError(error);
  }
}

/** amqplib cannot end a connection whose peer is silent. Its socket is there, though not in its types. */
const socketOf = (model: ChannelModel): { destroy(error?: Error): void } => (model.connection as unknown as { stream: { destroy(error?: Error): void } }).stream;
