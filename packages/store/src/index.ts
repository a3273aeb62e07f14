export type { AppendRequest, AppendResult, AppendedEvent, EventLog, IdempotentRequest, LogPage } from './log/event-log.ts';
export { CATALOG_KINDS } from './control/control-store.ts';
export type {
  Account, AccountStore, Actor, AuditEntry, AuditInput, AuditStore, CatalogEntry, CatalogInput, CatalogKind, CatalogStore, ContentStore, ControlStore, EventTypeRow, EventTypeStore, Hook, HookPatch, HookStore, KeyStore, Page, PageRequest, PendingChange, Pixel, PixelStore, Profile, ProfileState, ProfileAddress, ProfileField, ProfileStore, NewToken, Session, SessionStore, Token, TokenStore, VisitorIdentity, VisitorStore, User, UserPatch, UserStore,
} from './control/control-store.ts';
export type { ExportLease, ExportPatch, ExportPause, ExportRun, ExportShard, ExportStatus, ExportStore } from './control/export-run.ts';
export { DAY_MS } from './log/event-history.ts';
export type { EventHistory, EventPage, EventQuery, LaneEdge } from './log/event-history.ts';
export type { AttemptRow, DeadRow, HoldState, LaneNumbers, LaneOp, LaneRow, LaneSnapshot, LaneState, LaneStore, UnitRow } from './log/lane-store.ts';
export { ShardLog } from './log/shard-log.ts';
export type { LogRetention } from './log/shard-log.ts';
export type { LogBackend, LogCommit } from './log/log-backend.ts';
export { MemoryLogBackend } from './log/memory/memory-log-backend.ts';
export { lockDataDir, openEmbeddedEventLog } from './log/embedded/open-embedded-log.ts';
export { openEmbeddedControlStore } from './control/embedded/open-embedded-control-store.ts';
export type { EmbeddedControlStoreOptions } from './control/embedded/open-embedded-control-store.ts';
export type { OpenControlStore } from './control/assemble-control-store.ts';
export { TOKEN_SCOPES } from './control/seed.ts';
export type { InitialTokens } from './control/seed.ts';
export { HookChanges } from './hook-changes.ts';
export type { HookChangeOptions } from './hook-changes.ts';
export { openRemoteControlStore } from './control/remote/open-remote-control-store.ts';
export type { RemoteControlStoreOptions } from './control/remote/open-remote-control-store.ts';
export { ensureServerDurability } from './control/remote/server-durability.ts';
export { openRemoteEventLog } from './log/remote/open-remote-event-log.ts';
export type { RemoteEventLogOptions } from './log/remote/open-remote-event-log.ts';
