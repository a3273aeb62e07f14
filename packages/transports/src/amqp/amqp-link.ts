// The connection of one hook, opened by the next send that needs one and by nothing else. Not shared between hooks of one broker: flow control and alarms stop
// whole connections, a channel error can cost one, and one hook must not stop another.
import type { Clock, Failure, FailureCode } from '@hookline/core';
import type { DialGuard } from '../dial/dial-guard.ts';
import { type AmqpConnection, openAmqpConnection } from './amqp-connection.ts';
import type { AmqpDestination } from './amqp-destination.ts';

/** R4: a broker that locks accounts out must not be asked more often with credentials that it has refused. */
const REFUSED_LOGIN_PAUSE_MS = 60_000;
/** A broker that starts refuses its virtual hosts for a moment, and amqplib does not say why one is refused: the pause begins here and doubles up to the one above. */
const REFUSED_VHOST_PAUSE_MS = 10_000;

export interface AmqpLinkOptions {
  readonly guard: DialGuard;
  readonly clock: Clock;
  /** How the broker's operators see the connection. */
  readonly clientName: string;
}

export class AmqpLink {
  readonly #destination: AmqpDestination;
  readonly #options: AmqpLinkOptions;
  #connection: AmqpConnection | null = null;
  #connecting: Promise<AmqpConnection | Failure> | null = null;
  #refusal: { readonly failure: Failure; readonly untilMs: number } | null = null;
  #vhostPauseMs = REFUSED_VHOST_PAUSE_MS;
  #closed = false;
  /** The look that is under way, and the one that begins when it has ended. */
  #queueLook: Promise<unknown> = Promise.resolve();
  #nextQueueLook: Promise<boolean> | null = null;

  constructor(destination: AmqpDestination, options: AmqpLinkOptions) {
    this.#destination = destination;
    this.#options = options;
  }

  /** The open connection, or the one attempt under way to open it. After a refused login the answer stays the same for a while, and nothing is dialled. */
  async connection(): Promise<AmqpConnection | Failure> {
    if (this.#connection !== null && !this.#connection.ended) return this.#connection;
    if (this.#refusal !== null && this.#options.clock.monotonic() < this.#refusal.untilMs) return this.#refusal.failure;
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  /** Whether the queue that just confirmed is still there, by a look that begins after this call; one look answers everybody who waits for it. Throws when the broker is gone. */
  isQueueThere(connection: AmqpConnection, queue: string): Promise<boolean> {
    this.#nextQueueLook ??= this.#queueLook.then(() => {
      const look = connection.isQueueThere(queue);
      this.#nextQueueLook = null;
      this.#queueLook = look.catch(() => undefined);
      return look;
    });
    return this.#nextQueueLook;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#connection?.close();
  }

  async #connect(): Promise<AmqpConnection | Failure> {
    const { guard, clientName, clock } = this.#options;
    const opened = await openAmqpConnection(this.#destination, guard, clientName);
    if ('kind' in opened) {
      const pauseMs = this.#pauseAfter(opened.code);
      this.#refusal = pauseMs > 0 ? { failure: opened, untilMs: clock.monotonic() + pauseMs } : null;
      return opened;
    }
    this.#connection = opened;
    this.#vhostPauseMs = REFUSED_VHOST_PAUSE_MS;
    if (this.#closed) await opened.close();
    return opened;
  }

  #pauseAfter(code: FailureCode): number {
    if (code === 'credentials') return REFUSED_LOGIN_PAUSE_MS;
    if (code !== 'permission') return 0;
    const pauseMs = this.#vhostPauseMs;
    this.#vhostPauseMs = Math.min(pauseMs * 2, REFUSED_LOGIN_PAUSE_MS);
    return pauseMs;
  }
}
