// What runs where there are neither sockets nor threads.
export { createFetchTransportFactory } from './create-fetch-transport-factory.ts';
export type { FetchTransportFactoryOptions } from './create-fetch-transport-factory.ts';
export { FETCH_HTTP_GAPS } from './http/fetch-http-transport.ts';
export { systemClock } from './system-clock.ts';
