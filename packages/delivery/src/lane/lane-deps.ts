import type { Clock, Failure, HookRequest, Ids, Random, RetrySettings, Transport } from '@hookline/core';
import type { EventLog, LaneStore } from '@hookline/store';
import type { AttemptLog } from '../attempt-log.ts';
import type { ByteBudget } from '../byte-budget.ts';
import type { RenderSources } from '../render-events.ts';
import type { QueueBudget } from './queue-budget.ts';

/** The latest destination of a hook and the transport that is open for it. */
export interface Destination {
  readonly request: HookRequest;
  /** A failure where it cannot be used at all (its secrets do not open). */
  transport(): Transport | Failure;
}

/** What all lanes of a shard share. */
export interface LaneDeps {
  readonly log: EventLog & LaneStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly sources: RenderSources;
  readonly retry: RetrySettings;
  readonly attempts: AttemptLog;
  /** What these lanes store can wait for the commits of others. */
  readonly patient?: boolean;
  /** Deliveries of one lane in flight; absent = as a live lane. */
  readonly concurrencyMax?: number;
  /** Rows waiting in queues. */
  readonly queued: QueueBudget;
  /** Bodies on their way. */
  readonly sending: ByteBudget;
  /** Nobody else can have this process's lanes at the moment; absent = nobody else ever has. Asked before anything is sent. */
  readonly mayDeliver?: () => boolean;
  /** null = the hook is not known (yet). */
  destination(hookId: string): Destination | null;
  /** A destination answered 410: the hook is to be deactivated with this reason. */
  stopHook(accountId: number, hookId: string, reason: string): void;
  /** The lane has room again or has fallen behind: the shard's sweep should look. */
  wantRows(): void;
  /** Aborts everything under way; set when the process has waited long enough. */
  readonly abort: AbortSignal;
  /** For people: something that should not happen. */
  readonly report: (message: string, error: unknown) => void;
}
