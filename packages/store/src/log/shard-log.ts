// The appender of one shard and what stands in front of it. Everything that arrives while a commit syncs joins the next one: no timers, the group is as large as
// the load makes it. One instance is the only appender of its log.
//
// A commit that fails leaves its outcome open: the store is asked (header.sequence) until it tells. Until then its callers wait, and new appends are refused.
import { type Clock, type ControlRecord, type ControlRow, type EventRow, HooklineError, isHooklineError, parseServerEventId } from '@hookline/core';
import { CommitPlan } from './commit-plan.ts';
import type { DedupeOptions } from './dedupe-index.ts';
import { idKey, KnownIds } from './known-ids.ts';
import { EventHistory } from './event-history.ts';
import { EventRetention, type EventsKept, type MakeRoom } from './event-retention.ts';
import type { AppendRequest, AppendResult, AppendedEvent, EventLog, LogPage } from './event-log.ts';
import type { LaneOp, LaneState, LaneStore } from './lane-store.ts';
import { type IdempotencyRow, isIngest, type LogBackend, type LogCommit, type LogHeader, type OldRows } from './log-backend.ts';
import { LogTrouble } from './log-trouble.ts';
import { mergeLaneOps } from './merge-lane-ops.ts';
import { estimateRowBytes, RecentRows } from './recent-rows.ts';

/** `engine.md` 8: one commit takes at most this much ingest. */
const COMMIT_EVENTS_MAX = 1_000;
const COMMIT_BYTES_MAX = 4 * 1024 * 1024;
/** Waiting appends in bytes; above it `overloaded`. */
const QUEUE_BYTES_MAX = 64 * 1024 * 1024;
/** A store that is busy with somebody else is tried again this long before the callers hear of it. */
const BUSY_PATIENCE_MS = 1_000;
const BUSY_PAUSE_MS = 20;
const FAILED_PAUSE_MS = 250;
/** While appends are refused, an empty commit in this time tells whether they could be let in again. */
const PROBE_MS = 1_000;
/** Old rows that one commit removes: a few milliseconds. */
const CLEAN_UP_ROWS_MAX = 200;
/** Patient changes wait this long for a commit of others, where one was made in this time; else they are none's burden. */
const PATIENCE_MS = 20;
/** Parts of an id run written with one commit (16 KB each). */
const RUN_PARTS_PER_COMMIT = 2;

export interface ShardLogOptions {
  readonly backend: LogBackend;
  readonly clock: Clock;
  /** Runs a callback once what is at hand has been done: gathers the appends of one turn. Default `setImmediate`. */
  readonly defer: (callback: () => void) => void;
  /** `event_id` is exact for at least this long. */
  readonly dedupeWindowMs: number;
  /** Only tests change these: they want runs that are sealed, and hashes that collide, without a million ids. */
  readonly dedupe?: DedupeOptions;
}

/** How long things are kept, in ms; null = for ever. Idempotent requests are kept for the window of the log. */
export interface LogRetention extends EventsKept {
  /** Of accounts that have it otherwise. */
  readonly ofAccount?: ReadonlyMap<number, EventsKept>;
  readonly attemptsMs: number | null;
  readonly deadLettersMs: number | null;
}

const NOTHING_OLD: OldRows = { idempotencyThrough: null, events: [], eventsThrough: 0, attempts: [], dead: [], series: [], runs: [], more: false };
const NO_ROOM: MakeRoom = async () => undefined;
const hasCap = (retention: LogRetention): boolean => [retention, ...(retention.ofAccount?.values() ?? [])].some((kept) => (kept.eventBytesMax ?? null) !== null);

interface PendingAppend {
  readonly request: AppendRequest;
  readonly bytes: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: HooklineError) => void;
}
interface PendingControl {
  readonly record: ControlRecord;
  readonly resolve: (position: number) => void;
  readonly reject: (error: HooklineError) => void;
}
interface PendingLane {
  readonly ops: readonly LaneOp[];
  readonly remove: OldRows | null;
  readonly resolve: () => void;
  readonly reject: (error: HooklineError) => void;
}

export class ShardLog implements EventLog, LaneStore {
  readonly shard: number;
  readonly logId: string;
  /** The same log as a replay reads it. */
  readonly history: EventHistory;
  readonly #backend: LogBackend;
  readonly #clock: Clock;
  readonly #defer: (callback: () => void) => void;
  readonly #dedupeWindowMs: number;
  readonly #ids: KnownIds;
  readonly #recent = new RecentRows();
  readonly #listeners = new Set<(end: number) => void>();
  #appends: PendingAppend[] = [];
  #controls: PendingControl[] = [];
  #laneOps: PendingLane[] = [];
  #patient: PendingLane[] = [];
  #cancelPatience: (() => void) | null = null;
  #patienceOver = false;
  /** Monotonic ms of the last commit that was made for others than the patient. */
  #impatientAt = Number.NEGATIVE_INFINITY;
  #queuedBytes = 0;
  #sequence: number;
  #end: number;
  #time: number;
  #pumping = false;
  #closed = false;
  readonly #trouble = new LogTrouble();
  #probeDue = false;
  #cancelProbe: (() => void) | null = null;
  readonly #retention: EventRetention;
  /** How far this round of cleaning up has looked at events that are not in the block map. */
  #cleanedThrough = 0;

  private constructor(options: ShardLogOptions, header: LogHeader) {
    this.#backend = options.backend;
    this.#clock = options.clock;
    this.#defer = options.defer;
    this.#dedupeWindowMs = options.dedupeWindowMs;
    this.#ids = new KnownIds(options.backend, header.logId, options.dedupe);
    this.shard = options.backend.shard;
    this.logId = header.logId;
    this.history = new EventHistory(options.backend, () => this.#end, (ops) => this.commit(ops));
    this.#retention = new EventRetention(options.backend, this.history, (positions) => this.#commitLane([], { ...NOTHING_OLD, events: positions }));
    this.#sequence = header.sequence;
    this.#end = header.end;
    this.#time = header.time;
  }

  /** Reads the header, checks that no cursor stands beyond the end, and takes up the ids that no sealed run holds yet. */
  static async open(options: ShardLogOptions): Promise<ShardLog> {
    const log = new ShardLog(options, await options.backend.header());
    const { lanes } = await options.backend.load();
    const beyond = lanes.find((lane) => lane.assigned > log.#end);
    if (beyond) throw new HooklineError('invariant_broken', `lane ${beyond.laneId} stands at ${beyond.assigned}, beyond the end ${log.#end} of log ${log.logId}: these files do not belong together`);
    // A clock that was set forward before this start may be set back: the log's own time ages no id.
    await log.#ids.recover(Math.min(options.clock.now(), log.#time) - options.dedupeWindowMs);
    return log;
  }

  end(): number {
    return this.#end;
  }

  /** null = commits go through; else why not. */
  trouble(): 'store_unavailable' | 'storage_full' | null {
    return this.#trouble.kind();
  }

  /** null = a commit is on disk when it resolves, as checked just now; else why that is not so. */
  durability(): Promise<string | null> {
    return this.#backend.durability();
  }

  onAppend(listener: (end: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  append(request: AppendRequest): Promise<AppendResult> {
    const refusal = this.#refusal();
    if (refusal) return Promise.reject(refusal);
    let bytes = 0;
    for (const event of request.events) bytes += estimateRowBytes(event);
    return new Promise((resolve, reject) => {
      this.#appends.push({ request, bytes, resolve, reject });
      this.#queuedBytes += bytes;
      this.#wake();
    });
  }

  #refusal(): HooklineError | null {
    if (this.#closed) return new HooklineError('store_unavailable', 'the log is closed');
    if (this.#queuedBytes > QUEUE_BYTES_MAX) return new HooklineError('overloaded', 'more is waiting to be written than may wait');
    return this.#trouble.refusal();
  }

  appendControl(record: ControlRecord): Promise<number> {
    if (this.#closed || this.#trouble.isLost()) return Promise.reject(this.#trouble.refusal() ?? new HooklineError('store_unavailable', 'the log is closed'));
    return new Promise((resolve, reject) => {
      this.#controls.push({ record, resolve, reject });
      this.#wake();
    });
  }

  commit(ops: readonly LaneOp[], { patient = false }: { readonly patient?: boolean } = {}): Promise<void> {
    return patient ? this.#commitPatiently(ops) : this.#commitLane(ops, null);
  }

  #commitPatiently(ops: readonly LaneOp[]): Promise<void> {
    if (this.#closed) return Promise.reject(new HooklineError('store_unavailable', 'the log is closed'));
    return new Promise((resolve, reject) => {
      this.#patient.push({ ops, remove: null, resolve, reject });
      if (this.#clock.monotonic() - this.#impatientAt > PATIENCE_MS) this.#endPatience();
      else this.#cancelPatience ??= this.#clock.after(PATIENCE_MS, () => this.#endPatience());
    });
  }
  #endPatience(): void {
    this.#cancelPatience?.();
    this.#cancelPatience = null;
    this.#patienceOver = this.#patient.length > 0;
    if (this.#patienceOver) this.#wake();
  }

  /**
   * Removes a slice of what is older than it is kept, or more than is kept of an account. True = there may be more: call again. Events that a live lane has still to read,
   * an open unit or a dead letter needs stay. Past what is kept of an account by size `makeRoom` is asked to let go of the first two; nothing goes that it does not let go of.
   */
  cleanUp(nowMs: number, retention: LogRetention, makeRoom: MakeRoom = NO_ROOM): Promise<boolean> {
    return this.history.alone(() => this.#cleanUp(nowMs, retention, makeRoom));
  }

  async #cleanUp(nowMs: number, retention: LogRetention, makeRoom: MakeRoom): Promise<boolean> {
    const before = (ms: number | null): number | null => (ms === null ? null : nowMs - ms);
    const keptMs = (kept: EventsKept): number | null => (kept.eventsMs === null ? null : Math.max(kept.eventsMs, this.#dedupeWindowMs));
    const shortest = Math.min(...[retention, ...(retention.ofAccount?.values() ?? [])].map((kept) => keptMs(kept) ?? Number.POSITIVE_INFINITY));
    const eventsBeforeOf = (accountId: number): number | null => before(keptMs(retention.ofAccount?.get(accountId) ?? retention));
    const limits = {
      nowMs, idempotencyBefore: nowMs - this.#dedupeWindowMs, attemptsBefore: before(retention.attemptsMs), deadBefore: before(retention.deadLettersMs),
      eventsBefore: Number.isFinite(shortest) ? nowMs - shortest : null, eventsBeforeOf, eventsAfter: Math.max(this.#cleanedThrough, await this.history.mappedThrough()),
    };
    const old = await this.#backend.oldRows(limits, CLEAN_UP_ROWS_MAX);
    this.#cleanedThrough = old.more ? old.eventsThrough : 0;
    if (old.attempts.length + old.dead.length + old.events.length + old.runs.length + old.series.length > 0 || old.idempotencyThrough !== null) await this.#commitLane([], old);
    const more = await this.#retention.slice({ beforeOf: eventsBeforeOf, bytesMaxOf: (accountId) => (retention.ofAccount?.get(accountId) ?? retention).eventBytesMax ?? null, isSized: hasCap(retention) }, makeRoom);
    return old.more || more;
  }

  #commitLane(ops: readonly LaneOp[], remove: OldRows | null): Promise<void> {
    if (this.#closed) return Promise.reject(new HooklineError('store_unavailable', 'the log is closed'));
    return new Promise((resolve, reject) => {
      this.#laneOps.push({ ops, remove, resolve, reject });
      this.#wake();
    });
  }

  #wake(): void {
    if (this.#pumping || this.#trouble.isLost()) return;
    this.#pumping = true;
    this.#defer(() => void this.#pump());
  }

  async #pump(): Promise<void> {
    while (this.#appends.length + this.#controls.length + this.#laneOps.length > 0 || this.#probeDue || this.#patienceOver) {
      const probes = this.#probeDue;
      this.#probeDue = false;
      await this.#commitGroup(probes);
      if (this.#trouble.isLost() || (this.#closed && this.#trouble.kind() !== null)) this.#giveUp();
      if (this.#trouble.isLost()) break;
      this.#probeLater();
    }
    this.#pumping = false;
  }

  #probeLater(): void {
    if (this.#cancelProbe || this.#closed || !this.#trouble.wantsProbe()) return;
    this.#cancelProbe = this.#clock.after(PROBE_MS, () => {
      this.#cancelProbe = null;
      this.#probeDue = true;
      this.#wake();
    });
  }

  /** Takes what waits, makes one transaction of it, and tells everybody how it ended. A probe is committed though there be nothing in it. */
  async #commitGroup(probes: boolean): Promise<void> {
    const appends = this.#takeAppends();
    const controls = this.#controls.splice(0);
    const isImpatient = appends.length + controls.length + this.#laneOps.length > 0;
    const laneOps = [...this.#laneOps.splice(0), ...this.#patient.splice(0)];
    this.#endPatience();
    let failure: HooklineError | null;
    try {
      const plan = await this.#plan(appends, controls);
      const lane = mergeLaneOps(laneOps.flatMap((p) => p.ops));
      const remove = laneOps.flatMap((p) => p.remove ?? []);
      const ids = this.#ids.nextWrite(RUN_PARTS_PER_COMMIT, plan.time);
      const commit: LogCommit = {
        sequence: this.#sequence + 1, end: plan.end, time: plan.time, rows: plan.rows, idempotency: plan.idempotency, lane, remove, runParts: ids?.parts ?? [], run: ids?.run ?? null,
      };
      const empty = plan.rows.length + plan.idempotency.length + lane.length + remove.length === 0;
      failure = empty && !probes ? null : await this.#commitOrLearnWhyNot(commit);
      if (!failure) {
        if (isImpatient) this.#impatientAt = this.#clock.monotonic();
        if (!empty || probes) this.#committed(commit);
        if (ids && (!empty || probes)) this.#ids.written(ids);
        plan.settle();
        for (const p of laneOps) p.resolve();
        return;
      }
    } catch (error: unknown) {
      // Reading (idempotency, confirming an id) failed before anything was written, or another process has taken over.
      failure = isHooklineError(error) ? error : new HooklineError('store_unavailable', 'the event log cannot be read', error);
    }
    for (const a of appends) a.reject(failure);
    this.#controls.unshift(...controls);
    this.#laneOps.unshift(...laneOps);
    if (!this.#closed && !this.#trouble.isLost()) await this.#pause(FAILED_PAUSE_MS);
  }

  #giveUp(): void {
    const error = this.#trouble.refusal() ?? new HooklineError('store_unavailable', 'the log was closed before this was written');
    for (const p of [...this.#appends.splice(0), ...this.#controls.splice(0)]) p.reject(error);
    if (this.#closed) for (const p of this.#laneOps.splice(0)) p.reject(error);
  }

  #takeAppends(): PendingAppend[] {
    let events = 0;
    let bytes = 0;
    let count = 0;
    for (const a of this.#appends) {
      events += a.request.events.length;
      bytes += a.bytes;
      if (count > 0 && (events > COMMIT_EVENTS_MAX || bytes > COMMIT_BYTES_MAX)) break;
      this.#queuedBytes -= a.bytes;
      count++;
    }
    return this.#appends.splice(0, count);
  }

  async #plan(appends: readonly PendingAppend[], controls: readonly PendingControl[]): Promise<CommitPlan> {
    const now = this.#clock.now();
    const time = Math.max(this.#time, now);
    const plan = new CommitPlan(this.shard, this.logId, this.#end, time);
    const sinceMs = now - this.#dedupeWindowMs;
    const requests = await this.#requestsBefore(appends);
    const known = await this.#ids.find(appends.flatMap((a) => a.request.events), sinceMs);
    for (const append of appends) {
      const idem = append.request.idempotency;
      const before = idem && requests.get(scopeOf(idem));
      if (idem && before && before.time >= sinceMs) {
        const result: AppendResult = before.bodyHash === idem.bodyHash ? { kind: 'replay', answer: before.answer } : { kind: 'mismatch' };
        plan.onSettle(() => append.resolve(result));
        continue;
      }
      const items = append.request.events.map((draft): AppendedEvent => {
        const position = draft.callerId === null ? null : (plan.inGroup(draft.accountId, draft.callerId) ?? (known.size === 0 ? null : (known.get(idKey(draft.accountId, draft.callerId)) ?? null)));
        return position === null ? plan.add(draft) : { status: 'duplicate', eventId: draft.callerId as string, position };
      });
      if (idem) {
        const row = { accountId: idem.accountId, path: idem.path, key: idem.key, bodyHash: idem.bodyHash, answer: idem.answer(items), time };
        plan.idempotency.push(row);
        requests.set(scopeOf(idem), row);
      }
      plan.onSettle(() => append.resolve({ kind: 'stored', items }));
    }
    for (const control of controls) {
      const position = plan.addControl(control.record);
      plan.onSettle(() => control.resolve(position));
    }
    return plan;
  }

  async #requestsBefore(appends: readonly PendingAppend[]): Promise<Map<string, IdempotencyRow>> {
    const asked = new Map(appends.flatMap(({ request: { idempotency } }) => (idempotency ? [[scopeOf(idempotency), idempotency] as const] : [])));
    const found = await Promise.all([...asked.values()].map((idem) => this.#backend.idempotent(idem.accountId, idem.path, idem.key)));
    return new Map(found.flatMap((row) => (row ? [[scopeOf(row), row] as const] : [])));
  }

  /** null = it is durable. Otherwise it is certain that it is not. */
  async #commitOrLearnWhyNot(commit: LogCommit): Promise<HooklineError | null> {
    const since = this.#clock.monotonic();
    for (;;) {
      let cause: unknown;
      try {
        await this.#backend.commit(commit);
        return this.#worked(commit);
      } catch (error: unknown) {
        cause = error;
      }
      const busy = isHooklineError(cause) && cause.code === 'overloaded';
      const full = isHooklineError(cause) && cause.code === 'storage_full';
      this.#trouble.unsure(!busy && !full);
      if (await this.#tookPlace(commit.sequence)) return this.#worked(commit);
      this.#trouble.unsure(false);
      if (!busy || this.#closed || this.#clock.monotonic() - since > BUSY_PATIENCE_MS) return this.#trouble.failed(cause);
      await this.#pause(BUSY_PAUSE_MS);
    }
  }

  #worked(commit: LogCommit): null {
    this.#trouble.unsure(false);
    this.#trouble.worked(isIngest(commit));
    return null;
  }

  async #tookPlace(sequence: number): Promise<boolean> {
    for (;;) {
      try {
        const header = await this.#backend.header();
        if (header.logId !== this.logId || header.sequence > sequence) throw new HooklineError('invariant_broken', `another process appends to log ${this.logId}`);
        return header.sequence === sequence;
      } catch (error: unknown) {
        if (isHooklineError(error) && error.code === 'invariant_broken') this.#trouble.lose(error);
        if (this.#closed || this.#trouble.isLost()) throw error;
        await this.#pause(FAILED_PAUSE_MS);
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ms, resolve));
  }

  #committed(commit: LogCommit): void {
    this.#sequence = commit.sequence;
    this.#time = commit.time;
    this.#end = commit.end;
    for (const old of commit.remove) {
      this.#recent.drop(old.events);
      this.#ids.removeRuns(old.runs);
    }
    this.#ids.add(commit.rows, this.#end);
    if (commit.rows.length === 0) return;
    this.#recent.add(commit.rows);
    for (const listener of this.#listeners) listener(this.#end);
  }

  async read(after: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<LogPage> {
    const end = this.#end;
    const recent = this.#recent.after(after, limits);
    const rows = recent ?? (after >= end ? [] : await this.#backend.readRows(after, end, limits));
    const last = rows.at(-1)?.position ?? end;
    return { rows, through: last < end ? last : Math.max(after, end) };
  }

  keepFor(cursors: readonly number[]): void {
    this.#recent.keepFor(cursors);
  }

  async readAt(positions: readonly number[]): Promise<readonly EventRow[]> {
    const recent = this.#recent.at(positions);
    const rows = recent ?? (await this.#backend.readAt(positions));
    return rows.filter((row) => row.kind === 'event');
  }

  async positionAt(timeMs: number): Promise<number> {
    return (await this.#backend.firstAt(timeMs)) ?? this.#end + 1;
  }

  async findEvent(accountId: number, eventId: string): Promise<EventRow | null> {
    const made = parseServerEventId(eventId);
    if (made && made.logId === this.logId && made.shard === this.shard) {
      const [row] = await this.readAt([made.position]);
      if (row && row.accountId === accountId && row.eventId === eventId) return row;
    }
    // A caller's id may look like one of ours.
    const position = (await this.#ids.find([{ accountId, callerId: eventId }], 0)).get(idKey(accountId, eventId));
    return position === undefined ? null : ((await this.readAt([position]))[0] ?? null);
  }

  load(): Promise<LaneState> {
    return this.#backend.load();
  }
  scanned(accountId: number): Promise<number> {
    return this.#backend.scanned(accountId);
  }
  controls(): Promise<readonly ControlRow[]> {
    return this.#backend.controls();
  }
  snapshot(hookIds: readonly string[]): ReturnType<LaneStore['snapshot']> {
    return this.#backend.snapshot(hookIds);
  }
  attempts(...args: Parameters<LaneStore['attempts']>): ReturnType<LaneStore['attempts']> {
    return this.#backend.attempts(...args);
  }
  deadLetters(...args: Parameters<LaneStore['deadLetters']>): ReturnType<LaneStore['deadLetters']> {
    return this.#backend.deadLetters(...args);
  }
  deadRows(...args: Parameters<LaneStore['deadRows']>): ReturnType<LaneStore['deadRows']> {
    return this.#backend.deadRows(...args);
  }
  units(laneId: string): ReturnType<LaneStore['units']> {
    return this.#backend.units(laneId);
  }
  series(...args: Parameters<LaneStore['series']>): ReturnType<LaneStore['series']> {
    return this.#backend.series(...args);
  }
  restingExportLanes(limit: number): Promise<readonly string[]> {
    return this.#backend.restingExportLanes(limit);
  }
  deadAt(hookId: string, position: number): ReturnType<LaneStore['deadAt']> {
    return this.#backend.deadAt(hookId, position);
  }
  endedAt(hookId: string, position: number): ReturnType<LaneStore['endedAt']> {
    return this.#backend.endedAt(hookId, position);
  }

  /** Lets what is queued commit, then closes the backend. */
  async close(): Promise<void> {
    this.#endPatience();
    this.#closed = true;
    this.#cancelProbe?.();
    while (this.#pumping) await this.#pause(1);
    this.#giveUp();
    await this.#backend.close();
  }
}

const scopeOf = (idem: { readonly accountId: number; readonly path: string; readonly key: string }): string => JSON.stringify([idem.accountId, idem.path, idem.key]);
