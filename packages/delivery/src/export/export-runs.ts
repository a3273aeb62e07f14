// What an account's owner does with exports: make, read, suspend, resume, abort. It changes the control data and nothing else; an exporter, here or elsewhere, acts on
// it. Where one runs in this process, a change has taken effect there when the call resolves.
import { builtInEventType, type Clock, type HookSelection } from '@hookline/core';
import type { Actor, AuditInput, ControlStore, ExportPatch, ExportRun, ExportShard, Hook, Page, PageRequest } from '@hookline/store';
import { HookTimeline, NO_IDS } from '../hook-timeline.ts';
import type { ExportRates } from './open-export.ts';
import { followHook } from './follow-hook.ts';
import { sumNumbers } from './put-away.ts';
import type { ExportLog } from './shard-export.ts';

export interface ExportInput {
  readonly from: string;
  readonly to: string;
  readonly maxEventsPerSec: number | null;
}

/** Why it was not done. */
export interface ExportRefusal {
  readonly kind: 'refused';
  readonly status: 404 | 409 | 422;
  readonly code: 'not_found' | 'hook_inactive' | 'export_running' | 'nothing_exportable' | 'wrong_state' | 'version_conflict';
  readonly message: string;
}

export interface ExportRunsOptions {
  readonly control: Pick<ControlStore, 'exports' | 'hooks' | 'eventTypes'>;
  readonly logs: readonly ExportLog[];
  readonly clock: Clock;
  readonly newId: (prefix: string) => string;
  /** Of the exporter of this process; null for an export that does not run here. */
  readonly ratesOf: (exportId: string) => ExportRates | null;
}

const refused = (status: ExportRefusal['status'], code: ExportRefusal['code'], message: string): ExportRefusal => ({ kind: 'refused', status, code, message });
const HOOK_INACTIVE = refused(409, 'hook_inactive', 'The hook is not active: an export needs one that is.');
const NOT_FOUND = refused(404, 'not_found', 'There is no such object.');

export const isExportRefusal = (value: object): value is ExportRefusal => (value as { kind?: unknown }).kind === 'refused';

export class ExportRuns {
  readonly #options: ExportRunsOptions;
  constructor(options: ExportRunsOptions) {
    this.#options = options;
  }

  /** `input` is valid. */
  async create(hook: Hook, input: ExportInput, actor: Actor): Promise<ExportRun | ExportRefusal> {
    const { control, logs, clock, newId } = this.#options;
    const { selection, skipped } = this.#exportable(hook);
    if (selection.events.length === 0) return refused(422, 'nothing_exportable', `The hook has no event type that can be exported: ${skipped.join(', ')}.`);
    if (!hook.active) return HOOK_INACTIVE;
    await Promise.all(logs.map((log) => log.look?.()));
    const shards = await Promise.all(logs.map((log) => (input.to === 'now' ? this.#throughNow(log, hook) : { shard: log.shard, logId: log.logId, through: log.end(), liveAfter: null, live: [], leftOut: [] })));
    if (shards.includes(null)) return HOOK_INACTIVE;
    const id = newId('exp');
    const made = await control.exports.create(
      {
        id, accountId: hook.accountId, hookId: hook.id, from: input.from, to: input.to, status: 'in_progress', pausedBy: null, selection, skippedEventTypes: skipped, shards: shards as ExportShard[],
        maxEventsPerSec: input.maxEventsPerSec, error: null, total: null, removed: 0, finishedAt: null, final: null,
      },
      clock.now(),
      this.#audit('create', { id, accountId: hook.accountId, actor, before: null, after: { hook_id: hook.id, from: input.from, to: input.to, max_events_per_sec: input.maxEventsPerSec } }),
    );
    if (made === 'running') return refused(409, 'export_running', 'The hook has an export that is not over.');
    // The hook may have been switched off, or deleted, since it was looked at.
    const now = (await control.hooks.get(hook.accountId, hook.id)) ?? { active: false, deletedAt: clock.now() };
    await followHook(control.exports, made, now, clock.now());
    return (await control.exports.get(made.accountId, made.id)) ?? made;
  }

  #exportable(hook: Hook): { readonly selection: HookSelection; readonly skipped: readonly string[] } {
    const own = this.#options.control.eventTypes.ofAccount(hook.accountId);
    const isExportable = (type: string): boolean => (builtInEventType(type) ?? own.find((row) => row.eventType === type))?.exportable ?? true;
    const { events } = hook.selection;
    return { selection: { ...hook.selection, events: events.filter(isExportable) }, skipped: events.filter((type) => !isExportable(type)) };
  }

  /**
   * Everything at or below the live lane's cursor is the export's, but for what live is still delivering; everything above it is live's, but for stretches in which
   * the hook was off. All of it from what is on disk, so it holds whoever runs the lane and whenever it is killed. null = the hook is not active there.
   */
  async #throughNow(log: ExportLog, hook: Hook): Promise<ExportShard | null> {
    const edge = await log.history.laneEdge(hook.id, hook.accountId);
    const timeline = new HookTimeline(hook.id, hook.accountId, NO_IDS);
    for (const control of await log.controls()) if (control.record.hookId === hook.id) timeline.apply(control);
    if (!timeline.active) return null;
    const through = Math.max(edge.assigned, timeline.activatedAt);
    return { shard: log.shard, logId: log.logId, through, liveAfter: edge.assigned, live: timeline.activeWithin(edge.assigned, through), leftOut: edge.open };
  }

  get(accountId: number, id: string): Promise<ExportRun | null> {
    return this.#options.control.exports.get(accountId, id);
  }
  list(accountId: number, hookId: string | null, page: PageRequest): Promise<Page<ExportRun>> {
    return this.#options.control.exports.list(accountId, hookId, page);
  }

  suspend(accountId: number, id: string, actor: Actor): Promise<ExportRun | ExportRefusal> {
    return this.#change('suspend', { accountId, id, actor }, (run) => (run.status === 'in_progress' || run.pausedBy === 'hook_inactive' ? { status: 'paused', pausedBy: 'user' } : wrongState(run)));
  }

  resume(accountId: number, id: string, actor: Actor): Promise<ExportRun | ExportRefusal> {
    return this.#change('resume', { accountId, id, actor }, async (run) => {
      if (run.status !== 'paused') return wrongState(run);
      const hook = await this.#options.control.hooks.get(accountId, run.hookId);
      return hook?.active ? { status: 'in_progress', pausedBy: null } : HOOK_INACTIVE;
    });
  }

  abort(accountId: number, id: string, actor: Actor): Promise<ExportRun | ExportRefusal> {
    return this.#change('abort', { accountId, id, actor }, (run) => (run.finishedAt === null ? { status: 'aborted', pausedBy: null, finishedAt: this.#options.clock.now() } : wrongState(run)));
  }

  limit(accountId: number, id: string, maxEventsPerSec: number | null, { actor, expectedVersion }: { readonly actor: Actor; readonly expectedVersion: number | null }): Promise<ExportRun | ExportRefusal> {
    return this.#change('update', { accountId, id, actor }, (run) => {
      if (expectedVersion !== null && run.version !== expectedVersion) return refused(409, 'version_conflict', 'The object was changed meanwhile: read it again.');
      return run.finishedAt === null ? { maxEventsPerSec } : wrongState(run);
    });
  }

  /** Decides on what is stored and writes only over that: where somebody was faster, it decides again. */
  async #change(action: string, { accountId, id, actor }: { readonly accountId: number; readonly id: string; readonly actor: Actor }, decide: (run: ExportRun) => ExportPatch | ExportRefusal | Promise<ExportPatch | ExportRefusal>): Promise<ExportRun | ExportRefusal> {
    const { control, clock } = this.#options;
    for (;;) {
      const run = await control.exports.get(accountId, id);
      if (!run) return NOT_FOUND;
      const patch = await decide(run);
      if (isExportRefusal(patch)) return patch;
      const changed = await control.exports.update(id, patch, { nowMs: clock.now(), only: { status: [run.status], version: run.version }, audit: this.#audit(action, { id, accountId, actor, before: audited(run), after: audited({ ...run, ...patch }) }) });
      if (typeof changed !== 'string') return changed;
    }
  }

  #audit(action: string, of: { readonly id: string; readonly accountId: number; readonly actor: Actor; readonly before: unknown; readonly after: unknown }): AuditInput {
    const { id, accountId, actor, before, after } = of;
    return { at: this.#options.clock.now(), accountId, actor, action: `export.${action}`, objectKind: 'export', objectId: id, before, after };
  }

  /** After a change of a hook that this process made: when it resolves, the hook's export has followed. */
  async hookChanged(accountId: number, hookId: string): Promise<void> {
    const { control, clock } = this.#options;
    const { data } = await control.exports.list(accountId, hookId, { limit: 1, after: null });
    const hook = (await control.hooks.get(accountId, hookId)) ?? { active: false, deletedAt: clock.now() };
    for (const run of data) await followHook(control.exports, run, hook, clock.now());
  }

  onChange(listener: (run: ExportRun) => void): () => void {
    return this.#options.control.exports.onChange(listener);
  }

  /** Its numbers, from one snapshot of each shard. */
  async progress(asked: ExportRun): Promise<ExportProgress> {
    const lanes = await Promise.all(this.#options.logs.map(async (log) => (await log.snapshot([asked.id])).get(asked.id)));
    // Its lanes may have been put away since it was read.
    const isAway = asked.finishedAt !== null && lanes.every((lane) => lane === undefined);
    const run = isAway ? ((await this.get(asked.accountId, asked.id)) ?? asked) : asked;
    const { scanned, expired, ...numbers } = run.final ?? sumNumbers(lanes);
    const open = (of: 'waiting' | 'inFlight'): number => lanes.reduce((n, lane) => n + (lane?.[of] ?? 0), 0);
    const rates = this.#options.ratesOf(run.id);
    const left = run.total === null ? null : Math.max(0, run.total - scanned - run.removed);
    const hold = lanes.every((lane) => lane?.hold) ? lanes[0]?.hold : null;
    return {
      percent: run.status === 'completed' ? 100 : run.total === null || left === null ? 0 : run.total === 0 ? 0 : Math.min(99.9, Math.floor(((run.total - left) / run.total) * 1_000) / 10),
      scanned, ...numbers, waiting: open('waiting'), in_flight: open('inFlight'), expired: run.removed + expired,
      events_per_sec: tenths(rates?.eventsPerSec ?? 0),
      live_events_per_sec: rates === null || rates.livePerSec === null ? null : tenths(rates.livePerSec),
      eta_sec: run.status === 'completed' ? 0 : left !== null && rates && rates.scannedPerSec > 0 ? Math.ceil(left / rates.scannedPerSec) : null,
      holding: run.status === 'in_progress' && hold ? { since: hold.since, nextProbeAt: hold.nextProbeAt, code: hold.code, message: hold.message } : null,
    };
  }
}

const tenths = (rate: number): number => Math.round(rate * 10) / 10;

export interface ExportProgress {
  /** Of the events of the period and the hook's types, how many were looked at. */
  readonly percent: number;
  readonly scanned: number;
  readonly matched: number;
  readonly delivered: number;
  readonly dead: number;
  readonly waiting: number;
  readonly in_flight: number;
  readonly cancelled: number;
  /** Removed by retention before they could be delivered. */
  readonly expired: number;
  readonly events_per_sec: number;
  /** What live deliveries of all hooks come to meanwhile; null = not known here, or the export stands. */
  readonly live_events_per_sec: number | null;
  readonly eta_sec: number | null;
  /** Its destination is away. */
  readonly holding: { readonly since: number; readonly nextProbeAt: number; readonly code: string; readonly message: string } | null;
}

const audited = (run: ExportRun): unknown => ({ status: run.status, paused_by: run.pausedBy, max_events_per_sec: run.maxEventsPerSec });

const wrongState = (run: ExportRun): ExportRefusal => refused(409, 'wrong_state', `The export is ${run.status === 'in_progress' ? 'in progress' : run.status}.`);
