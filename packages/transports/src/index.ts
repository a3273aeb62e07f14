export { createTransportFactory } from './create-transport-factory.ts';
export type { TransportFactoryOptions } from './create-transport-factory.ts';
export { systemClock } from './system-clock.ts';
