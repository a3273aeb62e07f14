// The store where there are no files and no threads: everything on a libSQL server. The same names as in index.ts, as far as they can be.
export type { AppendRequest, AppendResult, AppendedEvent, EventLog, IdempotentRequest, LogPage } from './log/event-log.ts';
export { CATALOG_KINDS } from './control/control-store.ts';
export type { ControlStore } from './control/control-store.ts';
export type { OpenControlStore } from './control/assemble-control-store.ts';
export { TOKEN_SCOPES } from './control/seed.ts';
export { HookChanges } from './hook-changes.ts';
export { addBuckets, DURATION_CLASSES_MS, emptyBucket, SERIES_STEPS } from './log/delivery-series.ts';
export { BLOCK_POSITIONS, DAY_MS } from './log/event-history.ts';
export { isSearched } from './log/event-search.ts';
export type { EventSearchQuery, SearchStep } from './log/event-search.ts';
export type { LaneStore } from './log/lane-store.ts';
export { openDirectEventLog, openForwardedEventLog } from './log/remote/open-direct-log.ts';
export type { ObservedLogOptions } from './log/remote/open-direct-log.ts';
export type { Appender, ObservedLog } from './log/remote/observed-log.ts';
export { openRemoteControlStore } from './control/remote/open-remote-control-store.ts';
export type { RemoteControlStoreOptions } from './control/remote/open-remote-control-store.ts';
export { homeShardOf, SLOT_COUNT, slotOf } from './log/shared/slot-of.ts';
