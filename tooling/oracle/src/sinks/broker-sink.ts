import type { Envelope } from './broker-message.ts';

/** A consumer of ours on a real broker. It connects again by itself after the broker was away. */
export interface BrokerSink {
  /** Until then what arrives stays on the broker. */
  consume(): Promise<void>;
  /** Resolves when everything that the broker holds at this moment has been recorded: a mark of ours, put behind it, has come through. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export type RecordMessage = (text: string, envelope: Envelope) => void;

/** The body of a mark begins like this. */
const MARK = 'oracle-mark-';

/** One promise for each mark that is on its way. */
export class Marks {
  readonly #waiting = new Map<string, () => void>();
  #made = 0;

  expect(): { readonly text: string; readonly arrived: Promise<void> } {
    const text = `${MARK}${++this.#made}`;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(text, resolve);
    return { text, arrived: promise };
  }

  /** True when this was a mark, and no message. */
  arrived(text: string): boolean {
    if (!text.startsWith(MARK)) return false;
    this.#waiting.get(text)?.();
    return true;
  }
}
