// The historical process: takes up every unfinished export that nobody else has, lets a few of them run at a time, and writes down how they end. What an export is to
// do is in the control data, and changes there take effect at once; where it stands is in the log, with its deliveries.
import { type Clock, createIds, type Random, type RetrySettings, type TransportFactory } from '@hookline/core';
import type { DeadRow, ExportRun, ExportStore, Hook, HookStore, KeyStore, LaneSnapshot, SharedLog } from '@hookline/store';
import { AttemptLog } from '../attempt-log.ts';
import { ByteBudget } from '../byte-budget.ts';
import { type DeadId, deadPages } from '../dead-pages.ts';
import { Destinations } from '../destinations.ts';
import { QueueBudget } from '../lane/queue-budget.ts';
import type { RenderSources } from '../render-events.ts';
import { followHook } from './follow-hook.ts';
import { type ExportRates, OpenExport } from './open-export.ts';
import { putAwayLanes } from './put-away.ts';
import { ReadTurns } from './read-turns.ts';
import { type ExportLog, ShardExport } from './shard-export.ts';

/** Exports that deliver at the same time; those whose destination is away do not count. */
const RUNNING_MAX = 4;
/** Deliveries in flight of one export: what live lanes begin with is twice as much. */
const IN_FLIGHT_MAX = 2;
const QUEUED_BYTES_MAX = 8 * 1024 * 1024;
const SENDING_BYTES_MAX = 16 * 1024 * 1024;
const TICK_MS = 1_000;
/** How often it is counted what retention has removed, and looked for exports that another process has left. */
const COUNT_EVERY_TICKS = 10;
/** How often lanes of exports that are over are put away. */
const PUT_AWAY_EVERY_TICKS = 60;
const LEASE_MS = 15_000;
const RENEW_MS = 2_000;
/** A fifth of the lease is for clocks that run unequally and for what is on its way. */
const DEADLINE_SHARE = 0.8;
/** Who runs more exports already asks later for another one: so processes share them. */
const SHARE_PAUSE_MS = 300;

export interface ExporterControl extends RenderSources {
  readonly hooks: Pick<HookStore, 'all' | 'onChange'>;
  readonly exports: ExportStore;
  readonly keys: Pick<KeyStore, 'getOrCreate'>;
}

export interface ExporterOptions {
  readonly control: ExporterControl;
  readonly logs: readonly ExportLog[];
  /** Its maker closes it. */
  readonly transports: TransportFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly retry: RetrySettings;
  /** Live lanes of this shard have something to read: exports read after them. */
  readonly isLiveHungry: (shard: number) => boolean;
  /** Events that live lanes of this process have delivered; null = live is another process. */
  readonly liveDelivered: () => number | null;
  /** This process, among those that share the exports. */
  readonly owner: string;
  /** The same shards, where other processes run exports of them too; left out, no other process does. */
  readonly shared?: readonly SharedLog[];
  readonly stopHook: (accountId: number, hookId: string, reason: string) => void;
  readonly report: (message: string, error: unknown) => void;
}

export interface Exporter {
  /** null = it does not run here. */
  rates(exportId: string): ExportRates | null;
  running(): readonly { readonly exportId: string; readonly inFlight: number }[];
  counts(): readonly AttemptLog['counts'][];
  /** Events of this hook's exports that are in units or cut for one. */
  openEvents(hookId: string): number;
  /** Dead events of a hook's exports go out again; of an aborted one none. How many. */
  redrive(hookId: string, ids: readonly DeadId[] | 'all'): Promise<number>;
  /** As `Relay.makeRoom`, for what exports have in units; what they have not come to is counted as removed. */
  makeRoom(shard: number, accountId: number, through: number): Promise<void>;
  /** As `Relay.stop`. */
  stop(waitMs: number): Promise<void>;
}

export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const exporter = new ExporterProcess(options, createIds(await options.control.keys.getOrCreate('id_key')));
  await exporter.start();
  return exporter;
}

/** What the exports of one shard share. */
interface OneShard {
  readonly log: ExportLog;
  readonly attempts: AttemptLog;
  readonly turns: ReadTurns;
  readonly queued: QueueBudget;
  readonly sending: ByteBudget;
}

class ExporterProcess implements Exporter {
  readonly #options: ExporterOptions;
  readonly #ids: ReturnType<typeof createIds>;
  readonly #destinations: Destinations;
  readonly #hooks = new Map<string, Hook>();
  readonly #open = new Map<string, OpenExport>();
  readonly #opening = new Map<string, Promise<void>>();
  /** Of leases, monotonic ms. */
  readonly #deadlines = new Map<string, number>();
  /** Finished ones that dead events are just being put back into. */
  readonly #held = new Set<string>();
  readonly #shards: readonly OneShard[];
  readonly #abort = new AbortController();
  #stopListening: (() => void)[] = [];
  #cancelTick: (() => void) | null = null;
  #cancelRenewal: (() => void) | null = null;
  #ticking: Promise<void> = Promise.resolve();
  #ticks = 0;
  #stopped = false;

  constructor(options: ExporterOptions, ids: ReturnType<typeof createIds>) {
    const { clock } = options;
    this.#options = options;
    this.#ids = ids;
    this.#destinations = new Destinations(options.transports);
    this.#shards = options.logs.map((log) => ({
      log, attempts: new AttemptLog({ commit: (ops) => log.commit(ops, { patient: true }) }, clock), turns: new ReadTurns(clock, { isHungry: () => options.isLiveHungry(log.shard), end: () => log.end() }), queued: new QueueBudget(QUEUED_BYTES_MAX), sending: new ByteBudget(SENDING_BYTES_MAX),
    }));
  }

  async start(): Promise<void> {
    const { control } = this.#options;
    this.#stopListening = [control.hooks.onChange((hook) => this.#hookChanged(hook)), control.exports.onChange((run) => this.#exportChanged(run))];
    for (const hook of await control.hooks.all()) this.#takeHook(hook);
    const left = new Set<string>();
    for (const { log } of this.#shards) for (const unit of (await log.load()).units) if (unit.laneId !== unit.hookId) left.add(unit.laneId);
    this.#renewLater();
    await this.#openAll([...left]);
    this.#tickLater();
  }

  #takeHook(hook: Hook): void {
    this.#hooks.set(hook.id, hook);
    if (!this.#destinations.put(hook)) return;
    for (const { run, shards } of this.#open.values()) if (run.hookId === hook.id) for (const { lane } of shards) lane.destinationChanged();
  }

  #hookChanged(hook: Hook): void {
    this.#takeHook(hook);
    for (const entry of this.#open.values()) {
      if (entry.run.hookId !== hook.id) continue;
      entry.hook = hook;
      this.#admit();
      void this.#follow(entry.run, hook);
    }
  }

  #follow(run: ExportRun, hook: Hook): Promise<void> {
    return followHook(this.#options.control.exports, run, hook, this.#options.clock.now()).catch((error: unknown) => this.#options.report('an export could not follow its hook', error));
  }

  #exportChanged(run: ExportRun): void {
    const entry = this.#open.get(run.id);
    if (!entry) {
      if (run.finishedAt === null) void this.#openOne(run);
      return;
    }
    entry.run = run;
    this.#admit();
    this.#closeWhenOver(entry);
  }

  /** Takes up the unfinished ones, and these. */
  async #openAll(ids: readonly string[]): Promise<void> {
    const runs = await this.#options.control.exports.unfinishedOr(ids);
    await Promise.all(runs.map((run) => this.#openOne(run)));
  }

  #openOne(run: ExportRun): Promise<void> {
    if (this.#stopped || this.#open.has(run.id)) return Promise.resolve();
    const known = this.#opening.get(run.id);
    if (known) return known;
    const opening = this.#tryOpen(run)
      .catch((error: unknown) => this.#options.report('an export could not be taken up', error))
      .finally(() => this.#opening.delete(run.id));
    this.#opening.set(run.id, opening);
    return opening;
  }

  /** Takes or renews it. What it lets begin ends a fifth earlier than anybody else could take it over. */
  async #lease(id: string): Promise<number | null> {
    const { control, clock, owner, shared } = this.#options;
    const before = clock.monotonic();
    const token = await control.exports.lease(id, { owner, leaseMs: LEASE_MS, alone: shared === undefined });
    if (token === null) this.#deadlines.delete(id);
    else this.#deadlines.set(id, before + LEASE_MS * DEADLINE_SHARE);
    return token;
  }

  #mayDeliver(id: string): boolean {
    return this.#options.shared === undefined || this.#options.clock.monotonic() < (this.#deadlines.get(id) ?? Number.NEGATIVE_INFINITY);
  }

  async #tryOpen(asked: ExportRun): Promise<void> {
    const { control, clock, shared } = this.#options;
    const hook = this.#hooks.get(asked.hookId);
    if (shared) await pause(clock, this.#open.size * SHARE_PAUSE_MS);
    const fence = await this.#lease(asked.id);
    if (fence === null || !hook) return;
    const missing = asked.shards.find((shard) => !this.#shards.some(({ log }) => log.shard === shard.shard && log.logId === shard.logId));
    if (missing) return void (await this.#fail(asked, { code: 'log_missing', message: `shard ${missing.shard} is not the one that this export was made for` }));
    const run = await this.#clamp(asked);
    // What the log says is read when nobody else can change it any more.
    const fenced = await Promise.all(this.#shards.map(({ log }) => shared?.find((one) => one.log === log)?.lane(run.id, fence) ?? log));
    const stored = await Promise.all(this.#shards.map(async ({ log }) => ({ lane: (await log.snapshot([run.id])).get(run.id) ?? null, units: await log.units(run.id) })));
    const shards = run.shards.map((shard) => {
      const at = this.#shards.findIndex(({ log }) => log.shard === shard.shard);
      const { attempts, turns, queued, sending } = this.#shards[at] as OneShard;
      const log = fenced[at] as ExportLog;
      const { random, retry, stopHook, report } = this.#options;
      const lane = { clock, random, retry, ids: this.#ids, sources: control, attempts, queued, sending, patient: true, concurrencyMax: IN_FLIGHT_MAX, destination: (hookId: string) => this.#destinations.get(hookId), stopHook, report, abort: this.#abort.signal, mayDeliver: () => this.#mayDeliver(run.id) };
      return new ShardExport(run, shard, { lane, log, ids: this.#ids, turns, onProgress: () => this.#finishWhenDone(run.id) }, stored[at] as (typeof stored)[number]);
    });
    if (this.#stopped) return;
    const entry = new OpenExport(run, this.#hooks.get(run.hookId) ?? hook, shards, { fence, settled: stored.reduce((n, { lane }) => n + settledOf(lane), 0) });
    this.#open.set(run.id, entry);
    if (run.total === null && run.finishedAt === null) await this.#countTotal(entry);
    // It may have changed while it was taken up.
    entry.run = (await control.exports.get(run.accountId, run.id)) ?? run;
    this.#admit();
    await this.#follow(entry.run, entry.hook as Hook);
    for (const shard of shards) shard.lane.pump();
    this.#closeWhenOver(entry);
  }

  /** A log that was put back from a copy may end before the place where the export was to end: what is appended from now on is not its. */
  async #clamp(run: ExportRun): Promise<ExportRun> {
    for (const { log } of this.#shards) await log.look?.();
    const end = (shard: number): number => this.#shards.find(({ log }) => log.shard === shard)?.log.end() ?? 0;
    if (run.shards.every((shard) => shard.through <= end(shard.shard))) return run;
    const shards = run.shards.map((shard) => ({ ...shard, through: Math.min(shard.through, end(shard.shard)) }));
    const changed = await this.#options.control.exports.update(run.id, { shards }, { nowMs: this.#options.clock.now(), only: { status: [run.status] }, bumpVersion: false });
    return typeof changed === 'string' ? { ...run, shards } : changed;
  }

  /** Before anything is read, so that what retention takes away later shows. */
  async #countTotal(entry: OpenExport): Promise<void> {
    const counts = await Promise.all(entry.shards.map((shard) => shard.progress()));
    const total = counts.reduce((n, { scanned, left }) => n + scanned + left, 0);
    await this.#note(entry, { total });
  }

  async #countRemoved(entry: OpenExport): Promise<void> {
    const { total, removed: known } = entry.run;
    if (total === null) return;
    const counts = await Promise.all(entry.shards.map((shard) => shard.progress()));
    const removed = Math.max(0, total - counts.reduce((n, { scanned, left }) => n + scanned + left, 0));
    if (removed !== known) await this.#note(entry, { removed });
  }

  async #note(entry: OpenExport, patch: { readonly total?: number; readonly removed?: number }): Promise<void> {
    await this.#options.control.exports.update(entry.run.id, patch, { nowMs: this.#options.clock.now(), only: { status: ['in_progress', 'paused'], fence: entry.fence }, bumpVersion: false });
  }

  async #fail(run: ExportRun, error: NonNullable<ExportRun['error']>): Promise<void> {
    const nowMs = this.#options.clock.now();
    await this.#options.control.exports.update(run.id, { status: 'error', pausedBy: null, error, finishedAt: nowMs }, { nowMs, only: { status: ['in_progress', 'paused'] } });
  }

  /** Lets the oldest run, of each account one before a second of another. */
  #admit(): void {
    const waiting = [...this.#open.values()].filter((entry) => entry.isWanted && !entry.admitted);
    for (const entry of this.#open.values()) if (!entry.isWanted) entry.admitted = false;
    const running = [...this.#open.values()].filter((entry) => entry.admitted && !entry.isHolding);
    const ofAccount = (accountId: number): number => running.filter(({ run }) => run.accountId === accountId).length;
    while (waiting.length > 0 && running.length < RUNNING_MAX) {
      waiting.sort((a, b) => ofAccount(a.run.accountId) - ofAccount(b.run.accountId) || a.run.createdAt - b.run.createdAt);
      const next = waiting.shift() as OpenExport;
      next.admitted = next.run.total !== null;
      if (next.admitted) running.push(next);
    }
    for (const entry of this.#open.values()) entry.apply(this.#options.clock.monotonic(), this.#options.liveDelivered());
  }

  #finishWhenDone(id: string): void {
    const entry = this.#open.get(id);
    if (!entry || entry.ending || this.#stopped || !entry.admitted || !entry.isWanted || !entry.isDone) {
      if (entry) this.#closeWhenOver(entry);
      return;
    }
    entry.ending = true;
    void this.#finish(entry)
      .catch((error: unknown) => this.#options.report('the end of an export could not be written down', error))
      .finally(() => {
        entry.ending = false;
      });
  }

  async #finish(entry: OpenExport): Promise<void> {
    const { control, clock } = this.#options;
    for (const shard of entry.shards) await shard.keepCursor();
    const scanned = entry.shards.reduce((n, { plan }) => n + plan.scanned, 0);
    const removed = Math.max(0, (entry.run.total ?? scanned) - scanned);
    if (!entry.isDone) return;
    const nowMs = clock.now();
    await control.exports.update(entry.run.id, { status: 'completed', finishedAt: nowMs, removed }, { nowMs, only: { status: ['in_progress'], fence: entry.fence } });
  }

  #closeWhenOver(entry: OpenExport): void {
    if (entry.run.finishedAt === null || entry.isBusy || this.#held.has(entry.run.id) || this.#open.get(entry.run.id) !== entry) return;
    this.#open.delete(entry.run.id);
    for (const shard of entry.shards) void shard.stop();
    void this.#options.control.exports.release(entry.run.id, this.#options.owner).catch(() => undefined);
    this.#admit();
  }

  #tickLater(): void {
    if (this.#stopped) return;
    this.#cancelTick = this.#options.clock.after(TICK_MS, () => {
      this.#ticking = this.#tick()
        .catch((error: unknown) => this.#options.report('exports could not be looked after', error))
        .then(() => this.#tickLater());
    });
  }

  async #tick(): Promise<void> {
    const { shared, report } = this.#options;
    for (const one of shared ?? []) await this.#redriveAsked(one).catch((error: unknown) => report('requests to send dead events again could not be taken up', error));
    const counting = ++this.#ticks % COUNT_EVERY_TICKS === 0;
    if (this.#ticks % PUT_AWAY_EVERY_TICKS === 0) await this.#putAway();
    if (counting) await this.#openAll([]);
    this.#admit();
    for (const entry of [...this.#open.values()]) await this.#lookAfter(entry, counting).catch((error: unknown) => report('an export could not be looked after', error));
  }

  /** Beside everything else: a shard that cannot be reached keeps nobody from holding the exports of the others. */
  #renewLater(): void {
    const { shared, clock, report } = this.#options;
    if (this.#stopped || !shared) return;
    this.#cancelRenewal = clock.after(RENEW_MS, () => {
      void Promise.all([...this.#open.values()].map(async (entry) => {
        if ((await this.#lease(entry.run.id)) !== entry.fence) this.#drop(entry);
      }))
        .catch((error: unknown) => report('the leases of exports could not be renewed', error))
        .then(() => this.#renewLater());
    });
  }

  #putAway(): Promise<void> {
    const { control, clock, logs } = this.#options;
    return putAwayLanes(logs, control.exports, { nowMs: clock.now(), isInUse: (id) => this.#open.has(id) || this.#opening.has(id) || this.#held.has(id) });
  }

  async #lookAfter(entry: OpenExport, counting: boolean): Promise<void> {
    const { run } = entry;
    for (const shard of entry.shards) await shard.keepCursor();
    let settled = 0;
    for (const { log } of this.#shards) {
      settled += settledOf((await log.snapshot([run.id])).get(run.id) ?? null);
    }
    entry.sample(this.#options.clock.monotonic(), settled, this.#options.liveDelivered());
    if (counting && run.finishedAt === null) await (run.total === null ? this.#countTotal(entry) : this.#countRemoved(entry));
    this.#finishWhenDone(run.id);
  }

  /** Somebody else has taken it over. */
  #drop(entry: OpenExport): void {
    this.#open.delete(entry.run.id);
    for (const shard of entry.shards) void shard.stop();
  }

  // ── From outside ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  rates(exportId: string): ExportRates | null {
    return this.#open.get(exportId)?.rates ?? null;
  }
  running(): readonly { readonly exportId: string; readonly inFlight: number }[] {
    return [...this.#open.values()].filter(({ admitted }) => admitted).map(({ run, shards }) => ({ exportId: run.id, inFlight: shards.reduce((n, { lane }) => n + lane.inFlight, 0) }));
  }
  counts(): readonly AttemptLog['counts'][] {
    return this.#shards.map(({ attempts }) => attempts.counts);
  }

  openEvents(hookId: string): number {
    const lanes = [...this.#open.values()].flatMap(({ run, shards }) => (run.hookId === hookId ? shards.map(({ lane }) => lane) : []));
    return lanes.reduce((n, lane) => n + lane.queue.length + lane.inFlight + [...lane.units.values()].reduce((events, { row }) => events + row.positions.length, 0), 0);
  }

  async makeRoom(shard: number, accountId: number, through: number): Promise<void> {
    for (const { run, shards } of [...this.#open.values()]) {
      for (const { lane } of shards) {
        if (run.accountId !== accountId || lane.deps.log.shard !== shard) continue;
        await lane.expireUnits(through);
        lane.pump();
      }
      this.#finishWhenDone(run.id);
    }
  }

  redrive(hookId: string, wanted: Parameters<Exporter['redrive']>[1]): Promise<number> {
    const mine = this.#redriving.then(() => this.#redriveOf(hookId, wanted));
    this.#redriving = mine.catch(() => undefined);
    return mine;
  }
  /** One after the other: none takes a dead event that another has taken. */
  #redriving: Promise<unknown> = Promise.resolve();

  async #redriveOf(hookId: string, wanted: Parameters<Exporter['redrive']>[1]): Promise<number> {
    let taken = 0;
    for (const { log } of this.#shards) {
      for await (const rows of deadPages(log, hookId, wanted)) {
        for (const [exportId, dead] of Map.groupBy(rows.filter((row) => row.laneId !== hookId), (row) => row.laneId)) {
          taken += (await this.#redriveInto(exportId, log, dead)) ?? 0;
        }
      }
    }
    return taken;
  }

  /** What edges were asked for: they have no lanes. Another process's exports are left to it. */
  async #redriveAsked({ log }: SharedLog): Promise<void> {
    for (const { id, hookId, laneId, ids } of await log.redrives()) {
      if (laneId === hookId) continue;
      const taken = await this.#redriveInto(laneId, log, await log.deadRows(hookId, ids, 0, ids.length));
      if (taken !== null) await log.endRedrive(id);
    }
  }

  /** null = another process has this export, or may have. */
  async #redriveInto(exportId: string, log: ExportLog, dead: readonly DeadRow[]): Promise<number | null> {
    this.#held.add(exportId);
    try {
      await this.#openAll([exportId]);
      const entry = this.#open.get(exportId);
      const shard = entry?.shards.find(({ lane }) => lane.deps.log.shard === log.shard);
      if (!entry || !shard) return this.#options.shared ? null : 0;
      if (entry.run.status === 'aborted' || entry.run.status === 'error') return 0;
      const taken = await shard.lane.redrive(dead);
      entry.apply(this.#options.clock.monotonic(), this.#options.liveDelivered());
      return taken;
    } finally {
      this.#held.delete(exportId);
      const entry = this.#open.get(exportId);
      if (entry) this.#closeWhenOver(entry);
    }
  }

  async stop(waitMs: number): Promise<void> {
    const { clock, control, owner } = this.#options;
    this.#stopped = true;
    for (const stop of this.#stopListening) stop();
    this.#cancelTick?.();
    this.#cancelRenewal?.();
    const lanes = [...this.#open.values()].flatMap(({ shards }) => shards.map(({ lane }) => lane));
    const stopped = [...this.#open.values()].flatMap(({ shards }) => shards.map((shard) => shard.stop()));
    const until = clock.monotonic() + waitMs;
    while (lanes.some((lane) => lane.inFlight > 0) && clock.monotonic() < until) await pause(clock);
    this.#abort.abort();
    const released = clock.monotonic() + 1_000;
    while (lanes.some((lane) => lane.inFlight > 0) && clock.monotonic() < released) await pause(clock);
    await Promise.all([...stopped, ...this.#opening.values(), this.#ticking]);
    for (const { attempts } of this.#shards) void attempts.flush();
    for (const id of this.#open.keys()) await control.exports.release(id, owner).catch(() => undefined);
    await this.#destinations.close();
  }
}

const settledOf = (lane: LaneSnapshot | null): number => (lane ? lane.delivered + lane.dead : 0);

const LOOK_MS = 20;
const pause = (clock: Clock, ms: number = LOOK_MS): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
