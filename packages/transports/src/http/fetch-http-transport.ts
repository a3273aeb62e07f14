import type { Transport } from '@hookline/core';
import { createFetchExchange, type Fetch } from './fetch-exchange.ts';
import type { HttpDestination } from './http-destination.ts';
import { createHttpTransport, type HttpTransportOptions } from './http-transport.ts';

/** What the same transport cannot promise on `fetch`: none of these is a case of the conformance suite, which it passes. */
export const FETCH_HTTP_GAPS: readonly { readonly case: string; readonly reason: string }[] = [
  { case: 'dial-policy', reason: 'fetch resolves names itself: the policy sees the URL, not the address that is dialled' },
  { case: 'connect-deadline', reason: 'fetch has no deadline of its own for connecting: only the total one holds' },
  { case: 'kept-socket', reason: 'fetch does not say whether a socket was a kept one: the attempt after a request that was lost on one waits as after any other' },
  { case: 'account-pools', reason: 'sockets belong to the runtime and are shared between accounts' },
  { case: 'encoded-response', reason: 'fetch inflates by itself: an encoded body is matched as its plain text, cut after 64 KiB of output' },
  { case: 'repeated-headers', reason: 'fetch joins repeated headers: of two Retry-After values neither can be read' },
];

/** The HTTP transport on the runtime's own `fetch`, for Bun and workerd. */
export function createFetchHttpTransport(destination: HttpDestination, options: Omit<HttpTransportOptions, 'exchange'> & { readonly fetch: Fetch }): Transport {
  return createHttpTransport(destination, { ...options, exchange: createFetchExchange(options.fetch) });
}
