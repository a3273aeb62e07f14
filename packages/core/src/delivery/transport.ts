import type { HookRequest } from '../hook/hook.ts';
import type { Failure, Outcome } from './outcome.ts';

/** One event rendered for one hook. */
export interface OutgoingMessage {
  /** This event for this hook: brokers carry it on every copy. */
  readonly messageId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** `<db_id>.<event_type>`; without a database the part before the dot is 0. */
  readonly routingKey: string;
  readonly profileId: string | null;
  readonly eventTimeMs: number;
  /** How often an operator has sent it again after it had died; 0 = never, else brokers carry it as `hookline-redrive`. */
  readonly redrive: number;
  /** The JSON object. */
  readonly body: string;
}

/** One attempt at one delivery. */
export interface OutgoingBatch {
  readonly hookId: string;
  readonly accountId: number;
  /** `webhook-id`. The same id never comes with other bodies. */
  readonly deliveryId: string;
  /** 1…; no number twice for one id. */
  readonly attempt: number;
  /** 0 = first; else sent as `hookline-revision`. */
  readonly revision: number;
  /** 0 = none; else sent as `hookline-redrive`. Brokers: see the message. */
  readonly redrive: number;
  readonly exportId: string | null;
  /** What brokers send, one by one. HTTP sends `body` and does not ask for them. */
  readonly messages: readonly OutgoingMessage[];
  /** HTTP: the body to send, already `[…]`, in UTF-8; empty for brokers. */
  readonly body: Uint8Array;
}

/** What was sent and what came back, secrets redacted, bodies cut at 1 KiB: kept for people. */
export interface Evidence {
  readonly request: { readonly target: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };
  readonly response?: { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string; readonly error?: string };
}

export interface SendResult {
  /** Of the whole batch: delivered only when every message is; else the worst. */
  readonly outcome: Outcome;
  /** Brokers: one per message, in order. HTTP: absent, a batch is taken or not. */
  readonly each?: readonly Outcome[];
  readonly evidence: Evidence;
}

/**
 * Sends batches of one hook to its destination. The caller may have several sends under way; a transport keeps what connection it needs between them and opens
 * it again after a failure by itself (on the next send, never in a loop of its own). `send` always settles by its own total deadline, with outcomes for
 * everything a network can do; it throws only for a bug. When `signal` aborts, what is under way settles at once (`unknown` where bytes went out). `close` is idempotent.
 */
export interface Transport {
  readonly type: HookRequest['type'];
  send(batch: OutgoingBatch, signal?: AbortSignal): Promise<SendResult>;
  close(): Promise<void>;
}

/** Makes the transport for a hook's current destination; `openSecret` gives the plain text of a sealed value or a failure (`secret_unavailable`). */
export interface TransportFactory {
  create(destination: { readonly hookId: string; readonly accountId: number; readonly request: HookRequest }): Transport | Failure;
  close(): Promise<void>;
}
