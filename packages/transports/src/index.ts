// for apps
export { createTransportFactory } from './create-transport-factory.ts';
export type { TransportFactoryOptions } from './create-transport-factory.ts';
export { systemClock } from './system-clock.ts';

// for runtimes without undici, for tests, and for people writing a transport
export { createFetchTransportFactory } from './create-fetch-transport-factory.ts';
export type { FetchTransportFactoryOptions } from './create-fetch-transport-factory.ts';
export { createFetchHttpTransport, FETCH_HTTP_GAPS } from './http/fetch-http-transport.ts';
export type { Fetch } from './http/fetch-exchange.ts';
export { openHttpDestination } from './http/http-destination.ts';
export type { HttpDestination } from './http/http-destination.ts';
export { createPatternMatcher } from './http/pattern-matcher.ts';
export type { PatternMatcher } from './http/pattern-matcher.ts';
export { createMemoryTransport } from './memory/memory-transport.ts';
export type { MemoryScript, MemoryTransport } from './memory/memory-transport.ts';
export { KAFKAJS_GAPS } from './kafka/kafkajs-producer.ts';
export { createDialGuard } from './dial/dial-guard.ts';
export type { DialGuard, DialPolicy, Resolve, ResolvedAddress } from './dial/dial-guard.ts';
export type { OpenSecret } from './secrets/open-secrets.ts';
