import type { Clock, Failure, TransportFactory } from '@hookline/core';
import type { DialPolicy } from './dial/dial-guard.ts';
import { fail } from './failure.ts';
import type { Fetch } from './http/fetch-exchange.ts';
import { createFetchHttpTransport } from './http/fetch-http-transport.ts';
import { openHttpDestination } from './http/http-destination.ts';
import { createInlinePatternMatcher } from './http/inline-pattern-matcher.ts';
import type { OpenSecret } from './secrets/open-secrets.ts';
import { systemClock } from './system-clock.ts';

export interface FetchTransportFactoryOptions {
  /** Asked about the URL; the address that is dialled is the runtime's business. */
  readonly policy: Pick<DialPolicy, 'checkUrl'>;
  readonly openSecret: OpenSecret;
  readonly version: string;
  readonly fetch: Fetch;
  readonly clock?: Clock;
}

/** For runtimes without sockets and threads (Workers): HTTP by `fetch`, and no brokers. */
export function createFetchTransportFactory({ policy, openSecret, version, fetch, clock = systemClock }: FetchTransportFactoryOptions): TransportFactory {
  const patterns = createInlinePatternMatcher();
  const checkUrl = (url: URL): Failure | null => {
    const verdict = policy.checkUrl(url.href);
    return 'url' in verdict ? null : fail('failed', 'address_forbidden', verdict.message);
  };
  return {
    create({ hookId, accountId, request }) {
      if (request.type !== 'http') return fail('failed', 'broker_unavailable', 'This runtime cannot reach brokers.');
      const destination = openHttpDestination({ hookId, accountId }, request, openSecret);
      return 'kind' in destination ? destination : createFetchHttpTransport(destination, { fetch, patterns, clock, userAgent: `Hookline/${version}`, checkUrl });
    },
    async close() {
      // nothing is held
    },
  };
}
