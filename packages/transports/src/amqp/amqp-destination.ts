import type { Failure, RabbitmqExchangeRequest, RabbitmqQueueRequest } from '@hookline/core';
import { type OpenSecret, SecretReader } from '../secrets/open-secrets.ts';

/** The hook's RabbitMQ request with its secret opened; lives only in memory. */
export interface AmqpDestination {
  readonly hookId: string;
  readonly accountId: number;
  readonly request: RabbitmqQueueRequest | RabbitmqExchangeRequest;
  readonly password: string;
  /** The default exchange in queue mode. */
  readonly exchange: string;
  /** Whether a message that no queue takes is a failure. */
  readonly requireRoute: boolean;
  /** For people. */
  readonly target: string;
  readonly secrets: readonly string[];
}

export function openAmqpDestination(hook: { readonly hookId: string; readonly accountId: number }, request: AmqpDestination['request'], openSecret: OpenSecret): AmqpDestination | Failure {
  const secrets = new SecretReader(openSecret, hook.accountId, hook.hookId);
  const password = secrets.readOptional(request.password, 'password') ?? '';
  if (secrets.failure !== null) return secrets.failure;
  const server = `${request.tls ? 'amqps' : 'amqp'}://${request.host}:${request.port}/${encodeURIComponent(request.vhost)}`;
  const isQueue = request.type === 'rabbitmq_queue';
  return {
    ...hook,
    request,
    password,
    exchange: isQueue ? '' : request.exchange,
    requireRoute: isQueue || request.require_route,
    target: isQueue ? `${server} queue ${request.queue}` : `${server} exchange ${request.exchange}`,
    secrets: secrets.opened,
  };
}
