import type { Failure } from '@hookline/core';
import type { KafkaDestination } from './kafka-destination.ts';
import type { KafkaAnswer, KafkaProducerOptions, KafkaProducerPort, KafkaRecord, OpenKafkaProducer } from './kafka-producer-port.ts';

/** K10: a broker that locks users out must not be asked more often with a login that it has refused. */
const REFUSED_LOGIN_PAUSE_MS = 60_000;

interface Held {
  readonly opening: Promise<KafkaProducerPort>;
  callCount: number;
}

/**
 * The producer of one hook. A broken one is replaced by the next call: a fenced producer, or one that has lost its sequence, fails for ever (K9). The one that is
 * replaced finishes what others have under way on it, then it is closed.
 */
export class KafkaLink {
  readonly #destination: KafkaDestination;
  readonly #open: OpenKafkaProducer;
  readonly #options: KafkaProducerOptions;
  #current: Held | null = null;
  #refusal: { readonly failure: Failure; readonly untilMs: number } | null = null;

  constructor(destination: KafkaDestination, open: OpenKafkaProducer, options: KafkaProducerOptions) {
    this.#destination = destination;
    this.#open = open;
    this.#options = options;
  }

  /** One answer a record. After a refused login the answer is the same for a minute, and nothing is dialled. */
  async produce(records: readonly KafkaRecord[]): Promise<readonly KafkaAnswer[]> {
    const refusal = this.#refusal;
    if (refusal !== null && this.#options.clock.monotonic() < refusal.untilMs) return records.map(() => refusal.failure);
    this.#current ??= { opening: this.#open(this.#destination, this.#options), callCount: 0 };
    const held = this.#current;
    held.callCount += 1;
    const producer = await held.opening;
    const answers = await producer.produce(records);
    held.callCount -= 1;
    if (producer.isBroken && this.#current === held) this.#current = null;
    const failure = answers[0] ?? null;
    if (failure?.code === 'credentials') this.#refusal = { failure, untilMs: this.#options.clock.monotonic() + REFUSED_LOGIN_PAUSE_MS };
    if (this.#current !== held && held.callCount === 0) await close(held);
    return answers;
  }

  /** The producer in use answers nobody any more: the next call gets another, and this one ends now. */
  giveUp(): void {
    const held = this.#current;
    this.#current = null;
    if (held !== null) void close(held);
  }

  async close(): Promise<void> {
    const held = this.#current;
    this.#current = null;
    if (held !== null) await close(held);
  }
}

const close = async (held: Held): Promise<void> => (await held.opening).close();
