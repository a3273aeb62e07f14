import type { Transport } from '@hookline/core';

/** One message as the destination got it. */
export interface ReceivedMessage {
  /** Brokers: the message id. HTTP: the delivery id. */
  readonly id: string;
  /** Its exact bytes; over HTTP those of the whole batch. */
  readonly body: Buffer;
}

/** A destination of its own for one test, and the transport that sends to it. */
export interface ConformanceDestination {
  readonly transport: Transport;
  /** All copies that are there, once each of these ids is among them; or what is there when that does not come. */
  received(ids: readonly string[]): Promise<readonly ReceivedMessage[]>;
  /** Closes the transport and removes the destination. */
  close(): Promise<void>;
}

/** What a driver tells the suite. A capability that it lacks is left out, and the cases that need it are not made. */
export interface TransportHarness {
  readonly name: string;
  /** Whether outcomes come one a message (brokers) or one a batch (HTTP). */
  readonly answers: 'each' | 'batch';
  open(): Promise<ConformanceDestination>;
  /** A transport to a place on the same server that is not there, and what is said of it. */
  readonly missing?: { readonly code: string; open(): Promise<Transport> };
  /** A transport whose secret the server refuses; the secret must not turn up in any answer. */
  readonly refusedLogin?: { readonly code: string; readonly secret: string; open(): Promise<Transport> };
  /** A destination that takes messages up to so many bytes. */
  readonly limited?: { readonly bytesMax: number; open(): Promise<ConformanceDestination> };
  /** The server behind all destinations. */
  readonly server?: { kill9(): Promise<void>; start(): Promise<void>; freeze(): Promise<void>; thaw(): Promise<void> };
}
