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
/** R8: passive declares a queue at most. */
const QUEUE_CHECK_INTERVAL_MS = 1_000;

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
  #queueCheck: Promise<boolean> | null = null;
  #queueSeenAtMs = Number.NEGATIVE_INFINITY;

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

  /** Whether the queue that just confirmed is still there; asked of the broker once a second at most, believed in between. Throws when the broker is gone. */
  async isQueueThere(connection: AmqpConnection, queue: string): Promise<boolean> {
    if (this.#options.clock.monotonic() - this.#queueSeenAtMs < QUEUE_CHECK_INTERVAL_MS) return true;
    this.#queueCheck ??= connection.isQueueThere(queue).finally(() => {
      this.#queueCheck = null;
    });
    const there = await this.#queueCheck;
    this.#queueSeenAtMs = there ? this.#options.clock.monotonic() : Number.NEGATIVE_INFINITY;
    return there;
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
