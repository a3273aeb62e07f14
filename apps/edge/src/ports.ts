import type { EventRow, HookRequest, HookSelection, MatchRule, Problem } from '@hookline/core';
import type { Actor, EventSearchQuery, ExportRun, Hook, Page, PageRequest } from '@hookline/store';
import type { z } from 'zod';
import type { attemptSchema, briefSeriesSchema, deadLetterSchema, hookFateSchema, laneSchema, seriesSchema, testResultSchema } from './schemas/delivery-schemas.ts';
import type { exportSchema } from './schemas/export-schemas.ts';
import type { Refusal } from './http/refusal.ts';

// What the edge asks of the engine. The edge parses, authorises and answers; it never orders a change of a hook or reads a lane's rows itself.

/** A hook as its owner wants it: valid, defaults filled in, secrets sealed under `account/hook/field`. */
export interface SealedHookDraft {
  /** `hok_…`, made by the edge because secrets are sealed for it before it exists. */
  readonly id: string;
  readonly accountId: number;
  readonly name: string;
  readonly active: boolean;
  readonly selection: HookSelection;
  readonly request: HookRequest;
}

/** Where an activation begins: the head of the log, where the hook stopped, or a log time (unix ms). */
export type ActivationStart = 'now' | 'stopped' | number;

/**
 * Changes of hooks, in the order `engine.md` 3 wants: stored as pending, appended to every shard, applied. Each call resolves when the change is durable;
 * a shard that cannot be reached leaves it pending (state `activating`), which is no failure. Throws HooklineError where the store is away. Each is told to the audit
 * log in the same transaction, as the actor's.
 */
export interface HookChanges {
  create(draft: SealedHookDraft, actor: Actor): Promise<Hook>;
  /** Also switches it on (from now) or off where `draft.active` differs. `open_deliveries`: another `request.type` while something is open; nothing is changed then. */
  update(hook: Hook, draft: SealedHookDraft, expectedVersion: number | null, actor: Actor): Promise<Hook | 'version_conflict' | 'not_found' | 'open_deliveries'>;
  /** Of a hook that is active already: from `now` changes nothing, another start opens an interval backwards. Warns where events will come again. */
  activate(hook: Hook, from: ActivationStart, actor: Actor): Promise<{ readonly hook: Hook; readonly warnings: readonly Problem[] }>;
  deactivate(hook: Hook, reason: string | null, actor: Actor): Promise<Hook>;
  /** What is open is cancelled and counted; exports are aborted. A second call is harmless. */
  delete(hook: Hook, actor: Actor): Promise<void>;
}

/** Why an export was not made or changed. */
export interface ExportRefusal {
  readonly kind: 'refused';
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Its numbers, and what keeps it waiting. Times are unix ms. */
export type ExportProgress = ExportView['progress'] & {
  readonly holding: { readonly since: number; readonly nextProbeAt: number; readonly code: string; readonly message: string } | null;
};
type ExportView = z.infer<typeof exportSchema>;

/** Historical exports. Each change resolves when it is durable and, where an exporter runs in this process, in effect. */
export interface Exports {
  /** `input` is valid; the hook belongs to the account. */
  create(hook: Hook, input: { readonly from: string; readonly to: string; readonly maxEventsPerSec: number | null }, actor: Actor): Promise<ExportRun | ExportRefusal>;
  get(accountId: number, id: string): Promise<ExportRun | null>;
  /** Newest first; of all hooks where `hookId` is null. */
  list(accountId: number, hookId: string | null, page: PageRequest): Promise<Page<ExportRun>>;
  suspend(accountId: number, id: string, actor: Actor): Promise<ExportRun | ExportRefusal>;
  resume(accountId: number, id: string, actor: Actor): Promise<ExportRun | ExportRefusal>;
  abort(accountId: number, id: string, actor: Actor): Promise<ExportRun | ExportRefusal>;
  limit(accountId: number, id: string, maxEventsPerSec: number | null, change: { readonly actor: Actor; readonly expectedVersion: number | null }): Promise<ExportRun | ExportRefusal>;
  progress(run: ExportRun): Promise<ExportProgress>;
  /** Called after each change of any export. The answer stops it. */
  onChange(listener: (run: ExportRun) => void): () => void;
}

export type LaneView = z.infer<typeof laneSchema>;
export type AttemptView = z.infer<typeof attemptSchema>;
export type DeadLetterView = z.infer<typeof deadLetterSchema>;
export type SeriesView = z.infer<typeof seriesSchema>;
export type BriefSeries = z.infer<typeof briefSeriesSchema>;
export type HookFate = z.infer<typeof hookFateSchema>;

/** What became of events, in the shapes of the API (`api.md` 4): field names as on the wire, times as RFC 3339. The hook is known to belong to the account. */
export interface DeliveryReads {
  lane(accountId: number, hookId: string): Promise<LaneView>;
  /** Newest first. */
  attempts(accountId: number, hookId: string, page: PageRequest): Promise<Page<AttemptView>>;
  /** Newest first. */
  deadLetters(accountId: number, hookId: string, page: PageRequest): Promise<Page<DeadLetterView>>;
  /** Puts dead events back on their way; ids that are not dead letters of this hook are passed over. Resolves with how many it took. */
  redrive(accountId: number, hookId: string, ids: readonly string[] | 'all'): Promise<number>;
  /** What attempts came to over time; the last bucket is still filling. */
  series(hookId: string, range: 'hour' | 'day' | 'week' | 'month'): Promise<SeriesView>;
  /** The last 24 hours by hour, of each of these hooks. */
  briefSeries(hookIds: readonly string[]): Promise<readonly BriefSeries[]>;
  /** One entry a hook of the account. */
  fate(accountId: number, event: EventRow): Promise<readonly HookFate[]>;
}

export type TestResult = z.infer<typeof testResultSchema>;

/** Sends one made-up event now, through the transport that would carry real ones. Takes no place in the log and changes no counter. */
export interface HookTester {
  test(hook: Pick<Hook, 'id' | 'accountId' | 'selection' | 'request'>, eventType: string): Promise<TestResult | Refusal>;
}

/** Recorded events, newest first. An answer comes in bounded time, with the place to go on from. */
export type EventSearch = (request: {
  readonly query: EventSearchQuery;
  /** Log time, unix ms: `fromMs` included, `toMs` not; null = no bound. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly limit: number;
  readonly after: string | null;
}) => Promise<{
  readonly rows: readonly EventRow[];
  /** Log time, unix ms, down to which everything has been looked at; null = all there is. */
  readonly searchedToMs: number | null;
  readonly next: string | null;
}>;

/** What a selection would do with recorded events: whole answers in bounded time, with the place to go on from. */
export type DryRun = (request: {
  readonly accountId: number;
  /** `{{uuid}}` depends on it. */
  readonly hookId: string;
  readonly selection: HookSelection;
  /** Unix ms: events accepted before it are not looked at. */
  readonly fromMs: number;
  readonly limit: number;
  readonly after: string | null;
}) => Promise<{
  /** `body` null = not sent; `failure` = it would go to the dead letters. */
  readonly events: readonly { readonly row: EventRow; readonly rule: MatchRule; readonly body: string | null; readonly failure: { readonly code: string; readonly message: string } | null }[];
  readonly scanned: number;
  readonly next: string | null;
}>;
