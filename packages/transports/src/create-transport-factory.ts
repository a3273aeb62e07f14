import type { Clock, Failure, Transport, TransportFactory } from '@hookline/core';
import { openAmqpDestination } from './amqp/amqp-destination.ts';
import { createAmqpTransport } from './amqp/amqp-transport.ts';
import { createDialGuard, type DialPolicy, type Resolve } from './dial/dial-guard.ts';
import { fail } from './failure.ts';
import { createFetchExchange, type Fetch } from './http/fetch-exchange.ts';
import { openHttpDestination } from './http/http-destination.ts';
import { createHttpTransport } from './http/http-transport.ts';
import { createPatternMatcher } from './http/pattern-matcher.ts';
import { createUndiciExchange } from './http/undici-exchange.ts';
import { openKafkaDestination } from './kafka/kafka-destination.ts';
import { createKafkaTransport } from './kafka/kafka-transport.ts';
import { openKafkajsProducer } from './kafka/kafkajs-producer.ts';
import { openPlatformaticProducer } from './kafka/platformatic-producer.ts';
import type { OpenSecret } from './secrets/open-secrets.ts';
import { systemClock } from './system-clock.ts';

export interface TransportFactoryOptions {
  /** Asked before every dial of every transport, about the URL and about each resolved address. */
  readonly policy: DialPolicy;
  readonly openSecret: OpenSecret;
  /** `HOOKLINE_KAFKA_CLIENT`. */
  readonly kafkaClient: 'platformatic' | 'kafkajs';
  /** Ours, for `user-agent` and the brokers' client names. */
  readonly version: string;
  readonly clock?: Clock;
  readonly resolve?: Resolve;
  /** Instead of undici, where it does not run (Bun). What is lost is in `FETCH_HTTP_GAPS`. */
  readonly fetch?: Fetch;
}

/** One factory a process: HTTP sockets and the pattern worker are shared by its transports. `close` ends them; close the transports first. */
export function createTransportFactory(options: TransportFactoryOptions): TransportFactory {
  const { policy, openSecret, version } = options;
  const clock = options.clock ?? systemClock;
  const guard = createDialGuard(policy, options.resolve);
  const exchange = options.fetch === undefined ? createUndiciExchange(guard) : createFetchExchange(options.fetch);
  const patterns = createPatternMatcher();
  const openProducer = options.kafkaClient === 'kafkajs' ? openKafkajsProducer : openPlatformaticProducer;
  const checkUrl = (url: URL): Failure | null => {
    const verdict = policy.checkUrl(url.href);
    return 'url' in verdict ? null : fail('failed', 'address_forbidden', verdict.message);
  };
  return {
    create({ hookId, accountId, request }): Transport | Failure {
      switch (request.type) {
        case 'http': {
          const destination = openHttpDestination({ hookId, accountId }, request, openSecret);
          return 'kind' in destination ? destination : createHttpTransport(destination, { exchange, patterns, clock, userAgent: `Hookline/${version}`, checkUrl });
        }
        case 'rabbitmq_queue':
        case 'rabbitmq_exchange': {
          const destination = openAmqpDestination({ hookId, accountId }, request, openSecret);
          return 'kind' in destination ? destination : createAmqpTransport(destination, { guard, clock, clientName: `Hookline/${version}` });
        }
        case 'kafka': {
          const destination = openKafkaDestination({ hookId, accountId }, request, openSecret);
          return 'kind' in destination ? destination : createKafkaTransport(destination, openProducer, { guard, clock, clientId: `hookline-${hookId}` });
        }
      }
    },
    async close() {
      await Promise.all([exchange.close(), patterns.close()]);
    },
  };
}
