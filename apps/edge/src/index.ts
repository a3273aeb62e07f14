// For who runs an edge.
export { createEdge, randomId } from './create-edge.ts';
export type { Edge } from './create-edge.ts';
export type { EdgeConfig, EdgeDeps } from './edge-deps.ts';
export { startEdgeServer } from './entry/node.ts';
export type { EdgeServer, EdgeServerOptions } from './entry/node.ts';
export { startBunServer } from './entry/bun-server.ts';
export { startDenoServer } from './entry/deno-server.ts';
export { logRetention } from './run/log-retention.ts';
export { openEdge } from './run/open-edge.ts';
export type { EdgeRunOptions, OpenEdge } from './run/open-edge.ts';
export type { EdgeSettings, EdgeStores } from './run/open-edge-stores.ts';
export type { RunningServer, ServerOptions } from './run/run-edge.ts';
export { createHookTester } from './hook/hook-tester.ts';
export type { HookTesterOptions } from './hook/hook-tester.ts';
export { createHostResolver } from './hook/host-resolver.ts';
export { importHooks } from './hook/import-hooks.ts';
export type { HookImportContext, ImportedHook } from './hook/import-hooks.ts';
export { openPlaceFile } from './enrich/open-place-file.ts';
export type { ReadPlace } from './enrich/place-reader.ts';
export { DEFAULT_PIXEL_SETTINGS } from './pixel/pixel-settings.ts';
export type { PixelSettings } from './pixel/pixel-settings.ts';
export { tokenHash } from './auth/authenticate.ts';
export { createLogger } from './logger.ts';
export type { LogFields, Logger, LoggerOptions, LogLevel } from './logger.ts';
// For settings of a process that runs an edge among other things.
export { ATTEMPTS_KEPT_DAYS, DEAD_LETTERS_KEPT_DAYS, EDGE_SETTINGS } from './config/edge-settings.ts';
export { loadSettings, oidcSettings } from './config/load-settings.ts';
export type { SettingSources, SettingValues } from './config/load-settings.ts';
export { integer, oneOf } from './config/setting.ts';
export type { Setting, SettingParsed } from './config/setting.ts';
// For who puts an engine behind it.
export type { ActivationStart, AttemptView, DeadLetterView, DeliveryReads, DryRun, ExportProgress, ExportRefusal, Exports, HookChanges, HookFate, HookTester, LaneView, SealedHookDraft, TestResult } from './ports.ts';
// For the console and other clients of the API, by type alone.
export type { ApiTypes } from './api-types.ts';
// For processes beside edges.
export { placesOfShards } from './shards/places-of-shards.ts';
export type { ShardPlace, ShardSettings } from './shards/places-of-shards.ts';
export { INNER_WAKE, innerToken } from './shards/inner-protocol.ts';
