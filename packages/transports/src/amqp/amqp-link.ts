// The connection of one hook, opened by the next send that needs one and by nothing else. Not shared between hooks of one broker: flow control and alarms stop
// whole connections, a channel error can cost one, and one hook must not stop another.
import type { Clock, Failure, FailureCode } from '@hookline/core';
import type { DialGuard } from '../dial/dial-guard.ts';
import { type AmqpConnection, openAmqpConnection } from './amqp-connection.ts';
import type { AmqpDestination } from './amqp-destination.ts';

/** R4: a broker that locks accounts out must not be asked more often with credentials that it has refused. */
const REFUSED_LOGIN_PAUSE_MS = 60_000;
const REFUSED_LOGIN: ReadonlySet<FailureCode> = new Set<FailureCode>(['credentials', 'permission']);
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
  #closed = false;
  #queueCheck: Promise<boolean> | null = null;
  #queueSeenAtMs = Number.NEGATIVE_INFINITY;

  constructor(destination: AmqpDestination, options: AmqpLinkOptions) {
    this.#destination = destination;
    this.#options = options;
  }

  /** The open connection, or the one attempt under way to open it. After a refused login the answer is the same for a minute, and nothing is dialled. */
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
      this.#refusal = REFUSED_LOGIN.has(opened.code) ? { failure: opened, untilMs: clock.monotonic() + REFUSED_LOGIN_PAUSE_MS } : null;
      return opened;
    }
    this.#connection = opened;
    if (this.#closed) await opened.close();
    return opened;
  }
}
