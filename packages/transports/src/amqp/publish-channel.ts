// One confirm channel. amqplib answers a publish in three places: the confirm callback, the `return` event that comes before it (measured: return, then ack) and
// the channel's end. Here they become one answer per message.
import type { Failure, OutgoingMessage } from '@hookline/core';
import type { ConfirmChannel, Message, Options } from 'amqplib';
import { fail } from '../failure.ts';
import { redriveHeader } from '../redrive-header.ts';
import type { AmqpDestination } from './amqp-destination.ts';
import { classifyCloseError } from './classify-amqp-error.ts';

/** `closed`: written, and the channel ended before the broker answered. `not_sent`: it had ended, or is ending, before this was written. */
export type PublishAnswer = 'acked' | 'returned' | 'nacked' | 'closed' | 'not_sent';

/** What amqplib says of a nack; there is no code to tell it by. */
const NACKED = 'message nacked';

interface Pending {
  returned: boolean;
}

export class PublishChannel {
  /** Why the channel ended; null while it is open. */
  closed: Failure | null = null;
  /** Resolves when the channel has ended. */
  readonly ended: Promise<void>;
  /** Answers so far; a caller that sees it stand still is talking to nobody. */
  answerCount = 0;
  readonly #channel: ConfirmChannel;
  readonly #destination: AmqpDestination;
  readonly #pending = new Map<string, Pending>();

  constructor(channel: ConfirmChannel, destination: AmqpDestination) {
    this.#channel = channel;
    this.#destination = destination;
    // every window on it may wait for the same 'drain'
    channel.setMaxListeners(0);
    // without a listener for 'error' a missing exchange would end the process (measured)
    channel.on('error', (error: Error) => {
      this.closed ??= classifyCloseError(error, this.answerCount === 0 ? 'failed' : 'unknown');
    });
    channel.on('return', (message: Message) => {
      const pending = this.#pending.get(String(message.properties.messageId));
      if (pending !== undefined) pending.returned = true;
    });
    this.ended = new Promise((resolve) => {
      channel.on('close', () => {
        this.closed ??= fail('unknown', 'broker_unavailable', 'the connection to the broker ended');
        resolve();
      });
    });
  }

  /**
   * Writes one message; `answer` is called once, later, or at once with 'not_sent'. False = amqplib's buffer is full: wait for `drained` before the next.
   */
  publish(message: OutgoingMessage, answer: (answer: PublishAnswer) => void): boolean {
    const pending: Pending = { returned: false };
    this.#pending.set(message.messageId, pending);
    const { exchange, request, hookId } = this.#destination;
    const routingKey = request.type === 'rabbitmq_queue' ? request.queue : message.routingKey;
    const confirmed = (error: Error | null): void => {
      this.#forget(message.messageId, pending);
      // when the channel ends these are called before its 'close' listeners, with another text
      if (error !== null && error.message !== NACKED) return answer('closed');
      this.answerCount += 1;
      answer(error !== null ? 'nacked' : pending.returned ? 'returned' : 'acked');
    };
    try {
      return this.#channel.publish(exchange, routingKey, Buffer.from(message.body), this.#properties(message, hookId), confirmed);
    } catch {
      // what amqplib does on a channel or connection that has ended or is ending (measured)
      this.#forget(message.messageId, pending);
      answer('not_sent');
      return true;
    }
  }

  /** The next time amqplib's buffer is empty. */
  drained(): Promise<void> {
    return new Promise((resolve) => this.#channel.once('drain', () => resolve()));
  }

  /** For a channel that its one user is done with. */
  release(): void {
    this.#channel.close().catch(() => {
      // it had ended already
    });
  }

  #properties(message: OutgoingMessage, hookId: string): Options.Publish {
    return {
      mandatory: true,
      persistent: true,
      contentType: 'application/json',
      messageId: message.messageId,
      type: message.eventType,
      // seconds; the event's own time, so that every copy of a message is the same
      timestamp: Math.floor(message.eventTimeMs / 1000),
      headers: { 'event-id': message.eventId, 'hookline-hook-id': hookId, ...redriveHeader(message) },
    };
  }

  #forget(messageId: string, pending: Pending): void {
    if (this.#pending.get(messageId) === pending) this.#pending.delete(messageId);
  }
}
