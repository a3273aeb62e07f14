// Server-sent events: an answer that goes on. It ends with the process, with the reader, and when its caller may no longer read. A reader that does not read makes it
// skip, not grow: whoever writes asks `isSlow` first.
import type { Clock } from '@hookline/core';
import { EDGE_LIMITS } from '../limits.ts';

/** One of them, as its writer sees it. */
export interface SentEvents {
  /** The reader has not taken what was sent: leave out what can be left out. */
  isSlow(): boolean;
  send(data: string, event?: string): void;
  /** A comment, where nothing was sent for so long that somebody in between may take the connection for dead. */
  keepAlive(): void;
  end(): void;
}

/** Begins to write and answers what stops it. */
export type StreamWriter = (stream: SentEvents) => () => void;

export interface SentEventStreams {
  /** null = there are too many already, of this account or of all. */
  open(accountId: number, write: StreamWriter): ReadableStream<Uint8Array> | null;
  /** Ends all of them: the process stops. */
  close(): void;
}

export const STREAM_HEADERS: Readonly<Record<string, string>> = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };

export function createSentEventStreams(clock: Clock): SentEventStreams {
  const open = new Map<OpenStream, number>();
  return {
    open(accountId, write) {
      const ofAccount = [...open.values()].filter((account) => account === accountId).length;
      if (open.size >= EDGE_LIMITS.streamsMax || ofAccount >= EDGE_LIMITS.streamsOfAccountMax) return null;
      const stream = new OpenStream(clock, write, () => open.delete(stream));
      open.set(stream, accountId);
      return stream.readable;
    },
    close() {
      for (const stream of open.keys()) stream.end();
    },
  };
}

const TEXT = new TextEncoder();

class OpenStream implements SentEvents {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #stop: () => void = () => {};
  #sentAt = 0;

  constructor(clock: Clock, write: StreamWriter, onEnd: () => void) {
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#sentAt = clock.monotonic();
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
        const stop = write(this);
        if (this.#controller === null) stop();
        else this.#stop = stop;
      },
      cancel: () => this.end(),
    });
  }

  isSlow(): boolean {
    return (this.#controller?.desiredSize ?? 0) <= -EDGE_LIMITS.streamBacklogMax;
  }

  send(data: string, event?: string): void {
    this.#write(`${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`);
  }

  keepAlive(): void {
    if (this.#clock.monotonic() - this.#sentAt >= EDGE_LIMITS.streamHeartbeatMs) this.#write(': heartbeat\n\n');
  }

  #write(text: string): void {
    this.#sentAt = this.#clock.monotonic();
    this.#controller?.enqueue(TEXT.encode(text));
  }

  end(): void {
    const controller = this.#controller;
    if (!controller) return;
    this.#controller = null;
    this.#stop();
    this.#onEnd();
    try {
      controller.close();
    } catch {
      // The reader has gone: it is closed already.
    }
  }
}
