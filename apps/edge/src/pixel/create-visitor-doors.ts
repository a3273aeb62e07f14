import { createVisitorIds } from '@hookline/core';
import type { EdgeDeps } from '../edge-deps.ts';
import { createAgentReader } from '../enrich/agent-reader.ts';
import type { ByteBudget } from '../http/byte-budget.ts';
import type { EdgeMetrics } from '../metrics.ts';
import { type ClickDoor, createClickDoor } from './click-door.ts';
import { createClientAddressReader } from './client-address.ts';
import { createDeadlines, createOwnDeadlines } from './deadlines.ts';
import { createHitDoor, type HitDoor } from './hit-door.ts';
import { createPixelDirectory, type PixelDirectory } from './pixel-directory.ts';
import { DEFAULT_PIXEL_SETTINGS } from './pixel-settings.ts';
import { createTokenBuckets } from './token-buckets.ts';
import { createIdentityResolver } from './visitor-identity.ts';
import { UNDECIDED_MS, type VisitorDeps } from './visitor-doors.ts';
import { createSdkDoor, type SdkDoor } from './sdk-door.ts';
import { createSnippetDoor } from './snippet-door.ts';
import type { VisitorAnswer, VisitorRequest } from './visitor-request.ts';

/** Of a bucket: seconds of its rate that may come at once. */
const BURST_SECONDS = 2;
const BUCKETS_MAX = 50_000;
/** Wrong sids from one address: a page with an old snippet makes a few, whoever tries them makes many. */
const MISSES_PER_SECOND = 5;
const MISSES_BURST = 200;

export interface VisitorDoors {
  /** What the doors stand on, for the platform's own ways to the same events. */
  readonly shared: VisitorDeps;
  readonly directory: PixelDirectory;
  readonly hits: HitDoor;
  readonly clicks: ClickDoor;
  readonly sdk: SdkDoor;
  readonly snippet: (request: VisitorRequest) => Promise<VisitorAnswer>;
}

export async function createVisitorDoors(edge: EdgeDeps, shared: { readonly metrics: EdgeMetrics; readonly budget: ByteBudget; readonly logFailure: (error: unknown) => void }): Promise<VisitorDoors> {
  const settings = { ...DEFAULT_PIXEL_SETTINGS, ...edge.config.pixels };
  const { control, clock } = edge;
  const buckets = (perSecond: number, burst: number) => createTokenBuckets({ perSecond, burst, bucketsMax: BUCKETS_MAX, now: () => clock.monotonic() });
  const patience = (delayMs: number) => (edge.config.isRequestBound === true ? createOwnDeadlines(clock, delayMs) : createDeadlines(clock, delayMs));
  const deps: VisitorDeps = {
    ...shared, clock, settings, patience,
    undecided: patience(UNDECIDED_MS),
    directory: createPixelDirectory(control, (delayMs, callback) => clock.after(delayMs, callback)),
    log: edge.logs[0],
    ids: createVisitorIds(await control.keys.getOrCreate('id_key')),
    resolveIdentity: createIdentityResolver(control, clock),
    readAgent: createAgentReader(),
    readAddress: createClientAddressReader(settings.trustedProxies),
    secretQueryKeys: new Set(settings.secretQueryKeys.map((key) => key.toLowerCase())),
    hits: buckets(settings.hitsPerSecond, BURST_SECONDS * settings.hitsPerSecond),
    misses: buckets(MISSES_PER_SECOND, MISSES_BURST),
  };
  await deps.directory.preload();
  return { shared: deps, directory: deps.directory, hits: createHitDoor(deps), clicks: createClickDoor(deps, control), sdk: createSdkDoor(deps, control, edge.logs), snippet: createSnippetDoor() };
}
