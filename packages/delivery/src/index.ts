export { createDeliveryReads } from './delivery-reads.ts';
export type { DeliveryReadsOptions, Fate, FateView } from './delivery-reads.ts';
export { startRelay } from './relay.ts';
export type { Relay, RelayOptions } from './relay.ts';
