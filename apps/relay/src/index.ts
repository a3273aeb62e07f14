export { openRelay } from './open-relay.ts';
export type { RelayApp, RelayAppOptions } from './open-relay.ts';
