// The smallest request and answer that undici and fetch can both carry. What an answer means is decided elsewhere (`judge-answer.ts`); this is only what happened.

import { INSPECT_BYTES_MAX } from '@hookline/core';
import type { StopReason } from '../deadline.ts';

/** A response is read this far and no further; pattern and evidence see nothing beyond it (`guarantees.md` 6). */
export const RESPONSE_BODY_BYTES_MAX = INSPECT_BYTES_MAX;

export interface ExchangeRequest {
  readonly accountId: number;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Covers everything from DNS to the last byte of the response. Its reason is a `StopReason`. */
  readonly signal: AbortSignal;
}

export interface ExchangeAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** Names in lower case; several values of one name as they came. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
  /** `cap`: there was more than `RESPONSE_BODY_BYTES_MAX`. `stopped`: the signal came first. `broken`: the peer ended it against the protocol. */
  readonly bodyEnd: 'whole' | 'cap' | 'stopped' | 'broken';
  readonly error?: unknown;
}

export interface ExchangeSilence {
  readonly kind: 'silence';
  /** Whether bytes of the request may have reached the peer. */
  readonly sent: boolean;
  readonly stopped?: StopReason;
  /** Absent when `stopped`. */
  readonly error?: unknown;
  /** It went out on a socket that was kept, and the peer ended that without one byte: most likely it was closing it anyway. */
  readonly keptSocket?: true;
}

/** Posts once and never throws for what a network can do. Redirects are answers like any other. */
export interface HttpExchange {
  post(request: ExchangeRequest): Promise<ExchangeAnswer | ExchangeSilence>;
  close(): Promise<void>;
}
