import type { Clock, Failure } from '@hookline/core';
import type { DialGuard } from '../dial/dial-guard.ts';
import type { KafkaDestination } from './kafka-destination.ts';

export interface KafkaRecord {
  /** Java's murmur2 of it chooses the partition, with every client. */
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestampMs: number;
}

/** null = stored by all in-sync replicas. */
export type KafkaAnswer = Failure | null;

/**
 * The little that is needed of a Kafka client: acks from all in-sync replicas, topics never created, every dial through the guard. Connects by itself and goes on
 * after a broken connection.
 */
export interface KafkaProducerPort {
  /** It has failed in a way that it may not recover from (K9): its owner takes another one for the next call. */
  readonly isBroken: boolean;
  /** One answer a record, in order. Never throws for what a network can do. May be called while another call is under way. */
  produce(records: readonly KafkaRecord[]): Promise<readonly KafkaAnswer[]>;
  /** Ends what is under way, too. Safe to call twice. */
  close(): Promise<void>;
}

export interface KafkaProducerOptions {
  readonly guard: DialGuard;
  readonly clock: Clock;
  readonly clientId: string;
}

export type OpenKafkaProducer = (destination: KafkaDestination, options: KafkaProducerOptions) => Promise<KafkaProducerPort>;

/** Both clients: one request without an answer. Below the transport's 15 s, so that the client has cleaned up by itself when that passes (K5). */
export const KAFKA_REQUEST_TIMEOUT_MS = 10_000;
/** Both clients: a leader change or a stale connection is over after one or two; more is the engine's business. */
export const KAFKA_RETRY_COUNT = 2;
export const KAFKA_RETRY_DELAY_MS = 250;
