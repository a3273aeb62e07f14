// The appender of one shard and what stands in front of it. Everything that arrives while a commit syncs joins the next one: no timers, the group is as large as
// the load makes it. One instance is the only appender of its log.
//
// A commit that fails leaves its outcome open: the store is asked (header.sequence) until it tells. Until then its callers wait, and new appends are refused.
import { type Clock, type ControlRecord, type ControlRow, type EventRow, HooklineError, isHooklineError, type LogRow, parseServerEventId, serverEventId } from '@hookline/core';
import { DedupeIndex, findInPart, hashCallerId } from './dedupe-index.ts';
import type { AppendRequest, AppendResult, AppendedEvent, EventLog, LogPage } from './event-log.ts';
import type { LaneOp, LaneState, LaneStore } from './lane-store.ts';
import type { IdempotencyRow, LogBackend, LogCommit, LogHeader, NewRow } from './log-backend.ts';
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
/** While the disk is full one append in this time is let through to see. */
const FULL_PROBE_MS = 1_000;
/** Parts of an id run written with one commit (32 KB each). */
const RUN_PARTS_PER_COMMIT = 2;
const RECOVERY_PAGE_IDS = 20_000;

export interface ShardLogOptions {
  readonly backend: LogBackend;
  readonly clock: Clock;
  /** Runs a callback once what is at hand has been done: gathers the appends of one turn. Default `setImmediate`. */
  readonly defer: (callback: () => void) => void;
  /** `event_id` is exact for at least this long. */
  readonly dedupeWindowMs: number;
}

interface PendingAppend {
  readonly request: AppendRequest;
  readonly bytes: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: HooklineError) => void;
}
interface PendingControl {
  readonly record: ControlRecord;
  readonly resolve: (position: number) => void;
}
interface PendingLane {
  readonly ops: readonly LaneOp[];
  readonly resolve: () => void;
  readonly reject: (error: HooklineError) => void;
}

export class ShardLog implements EventLog, LaneStore {
  readonly shard: number;
  readonly logId: string;
  readonly #backend: LogBackend;
  readonly #clock: Clock;
  readonly #defer: (callback: () => void) => void;
  readonly #dedupeWindowMs: number;
  readonly #seed: number;
  readonly #index = new DedupeIndex();
  readonly #recent = new RecentRows();
  readonly #listeners = new Set<(end: number) => void>();
  #appends: PendingAppend[] = [];
  #controls: PendingControl[] = [];
  #laneOps: PendingLane[] = [];
  #queuedBytes = 0;
  #sequence: number;
  #end: number;
  #time: number;
  #pumping = false;
  #closed = false;
  #trouble: 'store_unavailable' | 'storage_full' | null = null;
  #fullProbeAt = 0;

  private constructor(options: ShardLogOptions, header: LogHeader) {
    this.#backend = options.backend;
    this.#clock = options.clock;
    this.#defer = options.defer;
    this.#dedupeWindowMs = options.dedupeWindowMs;
    this.shard = options.backend.shard;
    this.logId = header.logId;
    this.#seed = [...header.logId].reduce((seed, c) => Math.imul(seed ^ c.charCodeAt(0), 16777619), 0x811c9dc5);
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
    let after = 0;
    for (const run of await options.backend.idRuns()) {
      log.#index.addRun(run.run, run.filter);
      after = Math.max(after, run.through);
    }
    for (;;) {
      const ids = await options.backend.callerIds(after, RECOVERY_PAGE_IDS);
      for (const id of ids) log.#index.add(hashCallerId(log.#seed, id.accountId, id.callerId), id.position);
      if (ids.length < RECOVERY_PAGE_IDS) break;
      after = (ids.at(-1) as (typeof ids)[number]).position;
    }
    return log;
  }

  end(): number {
    return this.#end;
  }

  /** null = commits go through; else why not. */
  trouble(): 'store_unavailable' | 'storage_full' | null {
    return this.#trouble;
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
    if (this.#trouble === 'storage_full' && this.#clock.monotonic() >= this.#fullProbeAt) {
      this.#fullProbeAt = this.#clock.monotonic() + FULL_PROBE_MS;
      return null;
    }
    if (this.#trouble) return new HooklineError(this.#trouble, this.#trouble === 'storage_full' ? 'the disk is full' : 'the event log cannot be written');
    return null;
  }

  appendControl(record: ControlRecord): Promise<number> {
    return new Promise((resolve) => {
      this.#controls.push({ record, resolve });
      this.#wake();
    });
  }

  commit(ops: readonly LaneOp[]): Promise<void> {
    if (this.#closed) return Promise.reject(new HooklineError('store_unavailable', 'the log is closed'));
    return new Promise((resolve, reject) => {
      this.#laneOps.push({ ops, resolve, reject });
      this.#wake();
    });
  }

  #wake(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#defer(() => void this.#pump());
  }

  async #pump(): Promise<void> {
    while (this.#appends.length + this.#controls.length + this.#laneOps.length > 0) await this.#commitGroup();
    this.#pumping = false;
  }

  /** Takes what waits, makes one transaction of it, and tells everybody how it ended. */
  async #commitGroup(): Promise<void> {
    const appends = this.#takeAppends();
    const controls = this.#controls.splice(0);
    const laneOps = this.#laneOps.splice(0);
    try {
      const plan = await this.#plan(appends, controls);
      const lane = mergeLaneOps(laneOps.flatMap((p) => p.ops));
      const runParts = this.#index.partsToWrite(RUN_PARTS_PER_COMMIT);
      const sealed = this.#index.runToWrite(runParts.length);
      const commit: LogCommit = {
        sequence: this.#sequence + 1, end: plan.end, time: plan.time, rows: plan.rows, idempotency: plan.idempotency, lane, runParts, run: sealed,
      };
      if (plan.rows.length + plan.idempotency.length + lane.length > 0) {
        const failure = await this.#commitOrLearnWhyNot(commit);
        if (failure) {
          for (const a of appends) a.reject(failure);
          this.#controls.unshift(...controls);
          this.#laneOps.unshift(...laneOps);
          if (this.#closed) this.#giveUp();
          else await this.#pause(FAILED_PAUSE_MS);
          return;
        }
        this.#index.partsWritten(runParts.length, sealed);
        this.#committed(commit);
      }
      plan.settle();
      for (const p of laneOps) p.resolve();
    } catch (error: unknown) {
      // Reading (idempotency, confirming an id) failed before anything was written.
      const failure = isHooklineError(error) ? error : new HooklineError('store_unavailable', 'the event log cannot be read', error);
      for (const a of appends) a.reject(failure);
      this.#controls.unshift(...controls);
      this.#laneOps.unshift(...laneOps);
      if (this.#closed) this.#giveUp();
      else await this.#pause(FAILED_PAUSE_MS);
    }
  }

  #giveUp(): void {
    const closed = new HooklineError('store_unavailable', 'the log was closed before this was written');
    for (const p of this.#laneOps.splice(0)) p.reject(closed);
    for (const p of this.#appends.splice(0)) p.reject(closed);
    this.#controls.length = 0;
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

  async #plan(appends: readonly PendingAppend[], controls: readonly PendingControl[]): Promise<Plan> {
    const now = this.#clock.now();
    const time = Math.max(this.#time, now);
    const plan = new Plan(this.shard, this.logId, this.#end, time);
    const firstOfKey = new Map<string, IdempotencyRow>();
    for (const append of appends) {
      const idem = append.request.idempotency;
      const before = idem ? (firstOfKey.get(scopeOf(idem)) ?? (await this.#backend.idempotent(idem.accountId, idem.path, idem.key))) : null;
      if (idem && before && before.time >= now - this.#dedupeWindowMs) {
        const result: AppendResult = before.bodyHash === idem.bodyHash ? { kind: 'replay', answer: before.answer } : { kind: 'mismatch' };
        plan.onSettle(() => append.resolve(result));
        continue;
      }
      const items: AppendedEvent[] = [];
      for (const draft of append.request.events) {
        const known = draft.callerId === null ? null : (plan.inGroup(draft.accountId, draft.callerId) ?? (await this.#known(draft.accountId, draft.callerId, now - this.#dedupeWindowMs)));
        items.push(known === null ? plan.add(draft) : { status: 'duplicate', eventId: draft.callerId as string, position: known });
      }
      if (idem) {
        const row = { accountId: idem.accountId, path: idem.path, key: idem.key, bodyHash: idem.bodyHash, answer: idem.answer(items), time };
        plan.idempotency.push(row);
        firstOfKey.set(scopeOf(idem), row);
      }
      plan.onSettle(() => append.resolve({ kind: 'stored', items }));
    }
    for (const control of controls) {
      const position = plan.addControl(control.record);
      plan.onSettle(() => control.resolve(position));
    }
    return plan;
  }

  /** The position under which this id is stored already (not before `sinceMs`), or null. Exact: every hash hit is compared with the whole id. */
  async #known(accountId: number, callerId: string, sinceMs: number): Promise<number | null> {
    const hash = hashCallerId(this.#seed, accountId, callerId);
    const { positions, parts } = this.#index.find(hash);
    for (const { run, part } of parts) {
      const entries = await this.#backend.idRunPart(run, part);
      if (entries) positions.push(...findInPart(entries, hash));
    }
    if (positions.length === 0) return null;
    const rows = await this.#backend.callerIdsAt(positions.sort((a, b) => a - b));
    return rows.findLast((row) => row.accountId === accountId && row.callerId === callerId && row.time >= sinceMs)?.position ?? null;
  }

  /** null = it is durable. Otherwise it is certain that it is not. */
  async #commitOrLearnWhyNot(commit: LogCommit): Promise<HooklineError | null> {
    const since = this.#clock.monotonic();
    for (;;) {
      let cause: unknown;
      try {
        await this.#backend.commit(commit);
        this.#trouble = null;
        return null;
      } catch (error: unknown) {
        cause = error;
      }
      const full = isHooklineError(cause) && cause.code === 'storage_full';
      this.#trouble = full ? 'storage_full' : 'store_unavailable';
      if (full) this.#fullProbeAt = this.#clock.monotonic() + FULL_PROBE_MS;
      if (await this.#tookPlace(commit.sequence)) {
        this.#trouble = null;
        return null;
      }
      const busy = isHooklineError(cause) && cause.code === 'overloaded';
      if (!busy || this.#clock.monotonic() - since > BUSY_PATIENCE_MS) return new HooklineError(this.#trouble, full ? 'the disk is full' : 'the event log cannot be written', cause);
      await this.#pause(BUSY_PAUSE_MS);
    }
  }

  async #tookPlace(sequence: number): Promise<boolean> {
    for (;;) {
      try {
        const header = await this.#backend.header();
        if (header.logId !== this.logId || header.sequence > sequence) throw new HooklineError('invariant_broken', `another process appends to log ${this.logId}`);
        return header.sequence === sequence;
      } catch (error: unknown) {
        if (this.#closed || (isHooklineError(error) && error.code === 'invariant_broken')) throw error;
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
    for (const row of commit.rows) if (row.kind === 'event' && row.callerId !== null) this.#index.add(hashCallerId(this.#seed, row.accountId, row.callerId), row.position);
    this.#index.sealWhenFull(this.#end);
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
    const position = await this.#known(accountId, eventId, 0);
    return position === null ? null : ((await this.readAt([position]))[0] ?? null);
  }

  load(): Promise<LaneState> {
    return this.#backend.load();
  }
  scanned(): Promise<number> {
    return this.#backend.scanned();
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
  deadAt(hookId: string, position: number): ReturnType<LaneStore['deadAt']> {
    return this.#backend.deadAt(hookId, position);
  }

  /** Lets what is queued commit, then closes the backend. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#pumping) await this.#pause(1);
    await this.#backend.close();
  }
}

const scopeOf = (idem: { readonly accountId: number; readonly path: string; readonly key: string }): string => JSON.stringify([idem.accountId, idem.path, idem.key]);

/** What one commit will hold, and who waits for it. */
class Plan {
  readonly rows: NewRow[] = [];
  readonly idempotency: IdempotencyRow[] = [];
  readonly #settle: (() => void)[] = [];
  readonly #positions = new Map<string, number>();
  readonly #shard: number;
  readonly #logId: string;
  readonly time: number;
  end: number;
  constructor(shard: number, logId: string, end: number, time: number) {
    this.#shard = shard;
    this.#logId = logId;
    this.end = end;
    this.time = time;
  }
  inGroup(accountId: number, callerId: string): number | null {
    return this.#positions.get(`${accountId}/${callerId}`) ?? null;
  }
  add(draft: AppendRequest['events'][number]): AppendedEvent {
    const position = ++this.end;
    const eventId = draft.callerId ?? serverEventId(this.#logId, this.#shard, position);
    if (draft.callerId !== null) this.#positions.set(`${draft.accountId}/${draft.callerId}`, position);
    this.rows.push({ kind: 'event', position, time: this.time, eventId, ...draft });
    return { status: 'accepted', eventId, position };
  }
  addControl(record: ControlRecord): number {
    const position = ++this.end;
    this.rows.push({ kind: 'control', position, time: this.time, accountId: record.accountId, record });
    return position;
  }
  onSettle(callback: () => void): void {
    this.#settle.push(callback);
  }
  settle(): void {
    for (const callback of this.#settle) callback();
  }
}
