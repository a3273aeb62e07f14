// A hook has two halves. The selection decides whether and what, and is valid from a position of the log on; the destination is always the latest and no part of ids or bytes.

export type Subject = 'resource' | 'mailing' | 'template' | 'segment' | 'pixel';

export interface HookFilters {
  readonly resources: readonly number[];
  readonly mailings: readonly number[];
  readonly templates: readonly number[];
  readonly segments: readonly number[];
  readonly pixels: readonly number[];
}

export interface HookSelection {
  /** null = all databases of the account, events without one included. */
  readonly databaseId: number | null;
  readonly events: readonly string[];
  readonly filters: HookFilters;
  readonly customData: { readonly fields: readonly string[]; readonly template: Readonly<Record<string, string>> };
  readonly includeContent: boolean;
  readonly includeEventId: boolean;
  /** The rows of the event-type registry that `events` uses, as they were when this version was made: type → subjects it carries. */
  readonly subjects: Readonly<Record<string, readonly Subject[]>>;
}

/** A value that must not be seen. Sealed when stored (`sealed` = ciphertext), opened only by what dials the destination. */
export type SecretValue = { readonly sealed: string } | { readonly open: string };

export type HttpAuth =
  | { readonly type: 'none' }
  | { readonly type: 'oauth2'; readonly token_url: string; readonly client_id: string; readonly client_secret: SecretValue; readonly scope?: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: SecretValue }
  | { readonly type: 'bearer'; readonly token: SecretValue };

export interface HttpRequest {
  readonly type: 'http';
  readonly url: string;
  readonly max_batch_size: number;
  /** The batching window, seconds. */
  readonly timeout_sec: number;
  readonly success_pattern?: string;
  readonly success_status: '2xx' | '200';
  /** The network deadline of one attempt, seconds. */
  readonly request_timeout_sec: number;
  readonly headers: Readonly<Record<string, SecretValue>>;
  readonly auth: HttpAuth;
  /** `whsec_…`; `previous_signing_secret` still signs too until `previous_signing_secret_until` (unix ms). */
  readonly signing_secret?: SecretValue;
  readonly previous_signing_secret?: SecretValue;
  readonly previous_signing_secret_until?: number;
}

interface RabbitmqConnection {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password?: SecretValue;
  readonly vhost: string;
  readonly tls: boolean;
}

export interface RabbitmqQueueRequest extends RabbitmqConnection {
  readonly type: 'rabbitmq_queue';
  readonly queue: string;
}

export interface RabbitmqExchangeRequest extends RabbitmqConnection {
  readonly type: 'rabbitmq_exchange';
  readonly exchange: string;
  readonly exchange_type: 'direct' | 'topic';
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly require_route: boolean;
}

export interface KafkaRequest {
  readonly type: 'kafka';
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly tls: boolean;
  readonly sasl?: { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: SecretValue };
  readonly key: 'profile_id' | 'routing_key';
}

/** The `request` of a hook, field names as on the wire (`api.md` 4), all defaults filled in. */
export type HookRequest = HttpRequest | RabbitmqQueueRequest | RabbitmqExchangeRequest | KafkaRequest;
