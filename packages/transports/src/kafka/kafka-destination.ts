import type { Failure, KafkaRequest } from '@hookline/core';
import { type OpenSecret, SecretReader } from '../secrets/open-secrets.ts';

export interface KafkaBroker {
  readonly host: string;
  readonly port: number;
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** The hook's Kafka request with its secret opened; lives only in memory. */
export interface KafkaDestination {
  readonly hookId: string;
  readonly accountId: number;
  readonly brokers: readonly KafkaBroker[];
  readonly topic: string;
  readonly tls: boolean;
  readonly sasl: KafkaSasl | undefined;
  readonly key: KafkaRequest['key'];
  /** For people. */
  readonly target: string;
  readonly secrets: readonly string[];
}

export function openKafkaDestination(hook: { readonly hookId: string; readonly accountId: number }, request: KafkaRequest, openSecret: OpenSecret): KafkaDestination | Failure {
  const secrets = new SecretReader(openSecret, hook.accountId, hook.hookId);
  const sasl = request.sasl === undefined ? undefined : { mechanism: request.sasl.mechanism, username: request.sasl.username, password: secrets.read(request.sasl.password, 'sasl/password') };
  if (secrets.failure !== null) return secrets.failure;
  return {
    ...hook,
    brokers: request.brokers.map(splitBroker),
    topic: request.topic,
    tls: request.tls,
    sasl,
    key: request.key,
    target: `kafka://${request.brokers.join(',')}/${request.topic}`,
    secrets: secrets.opened,
  };
}

/** `host:port`, IPv6 in brackets; a saved hook has both parts. */
function splitBroker(text: string): KafkaBroker {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(colon + 1)) };
}
