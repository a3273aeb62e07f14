import type { AddressPolicy, Clock } from '@hookline/core';
import type { ControlStore, EventLog } from '@hookline/store';
import type { Registry } from 'prom-client';
import type { Logger } from './logger.ts';
import type { PixelSettings } from './pixel/pixel-settings.ts';
import type { InnerDoor } from './shards/inner-door.ts';
import type { DeliveryReads, DryRun, EventSearch, Exports, HookChanges, HookTester } from './ports.ts';
import type { OidcSettings } from './session/oidc-client.ts';

/** Everything the edge stands on. It keeps nothing of its own that a restart could lose. */
export interface EdgeDeps {
  readonly control: ControlStore;
  /** The shards of the event log. New events go to the first. */
  readonly logs: readonly [EventLog, ...EventLog[]];
  /** What edges of other shards ask this one for; left out where there are none. */
  readonly inner?: InnerDoor;
  readonly hookChanges: HookChanges;
  readonly deliveries: DeliveryReads;
  readonly exports: Exports;
  readonly tester: HookTester;
  readonly dryRun: DryRun;
  readonly searchEvents: EventSearch;
  /** What destinations a hook may have; the same one guards the dials. */
  readonly address: AddressPolicy;
  readonly clock: Clock;
  readonly config: EdgeConfig;
  readonly logger: Logger;
  /** `/metrics` prints it; the relay adds its own to the same one. */
  readonly metrics: Registry;
  /** Why we are not ready, in words; empty = ready. Asked by `/readyz`. */
  readonly isReady: () => Promise<readonly string[]>;
}

export interface EdgeConfig {
  readonly version: string;
  /** Whether a host name resolves, asked when a hook is saved; only warns. `createHostResolver` makes one. */
  readonly resolves: (hostName: string) => Promise<boolean>;
  /** Events a second and account; 0 = no limit. Default `EDGE_LIMITS.ingestEventsPerSecMax`. */
  readonly ingestEventsPerSecMax?: number;
  /** Default `EDGE_LIMITS.bytesInFlightMax`. */
  readonly bytesInFlightMax?: number;
  /** The built console; null = none is served. */
  readonly consoleFolder?: string | null;
  /** Origin under which visitors reach us; null = the host that a link was asked for on. */
  readonly publicUrl?: string | null;
  /** Nothing here outlives the request that began it (Workers): no timer is shared. */
  readonly isRequestBound?: boolean;
  /** Single sign-on at the console; null = there is none. */
  readonly oidc?: OidcSettings | null;
  /** What is left out is as in `DEFAULT_PIXEL_SETTINGS`. */
  readonly pixels?: Partial<PixelSettings>;
}
