// One hook on one shard (or one export of it: then `laneId` is the export's): the unit of isolation. What a lane is at any moment:
//
//   stopped    its hook is not active. Nothing is sent; the cursor stays; open units wait.
//   following  the head reader feeds it. Everything above `assigned` that matches is in the queue (or cut from it and on its way).
//   behind     it reads for itself (the shard's sweep does, from `readThrough`) because the queue was full, or it was stopped. `behindStored` says so durably: while it is set the
//              shard's `scanned` does not speak for this lane, and `assigned` is its cursor.
//   holding    (with following or behind) the destination is away: nothing is sent but a probe now and then, rotating over the open units and the next event.
//
// A sender (http or broker) cuts from the queue, delivers, and settles through the lane.
import { decideFailure, type EventRow, FAILURE_CLASS, type Failure, type FailureCode, type FailureDecision } from '@hookline/core';
import type { AttemptRow, DeadRow, HoldState, LaneOp, LaneRow, UnitRow } from '@hookline/store';
import type { CompiledVersion } from '../hook-timeline.ts';
import { BrokerSender } from './broker-sender.ts';
import { HttpSender } from './http-sender.ts';
import type { LaneDeps } from './lane-deps.ts';
import type { LanePlan } from './lane-plan.ts';
import { LaneQueue, type QueuedEvent } from './lane-queue.ts';
import type { OpenUnit } from './open-unit.ts';
import { Probes } from './probes.ts';

/** Positions a lane queues; more where one batch is larger. */
const QUEUE_EVENTS_MIN = 256;
/** While it holds: one now and then is sent, and the memory is for lanes that send. */
const HOLD_QUEUE_EVENTS = 1;
/** Deliveries in flight: where a lane begins, and what successes raise it to. */
const CONCURRENCY_START = 4;
const CONCURRENCY_MAX = 8;
/** Small batches go up to as many deliveries as carry so many events: one event a delivery would otherwise take a commit for every four. */
const CONCURRENT_EVENTS = 32;
/** Open units above which nothing new is launched: a failing destination does not pile up rows. */
const OPEN_UNITS_MAX = 64;
/** After a store that could not be read, or a destination that is not known yet. */
const TRY_AGAIN_MS = 1_000;
/** How long a lane whose destination is gone waits for the log to say that its hook is stopped; then it asks the destination again. */
const GONE_PATIENCE_MS = 60_000;

/** How a kind of destination takes events from the queue and delivers them. */
export interface Sender {
  /** Events of one batch or window. */
  batchMax(): number;
  /** Monotonic ms at which what is queued should go; now or earlier = at once. */
  readyAt(): number;
  /** Cuts and delivers new events. Called only when the lane may. */
  launch(): void;
  /** Tries waiting units that are due. */
  retry(units: readonly OpenUnit[]): void;
}

export class Lane {
  readonly laneId: string;
  readonly hookId: string;
  readonly accountId: number;
  readonly timeline: LanePlan;
  readonly deps: LaneDeps;
  readonly queue: LaneQueue;
  readonly units = new Map<string, OpenUnit>();
  assigned: number;
  round: number;
  following = false;
  behindStored: boolean;
  readThrough: number;
  /** The last change of the hook that has moved this cursor. */
  change: number;
  /** What a sender has cut and not yet assigned. One cut at a time: `assigned` only goes up. */
  #cut: { readonly first: number; readonly last: number } | null = null;
  /** The lane was stopped or sent back while something was cut: it reads nothing until that is settled, then from `assigned`. */
  #rereads = false;
  inFlight = 0;
  allowed: number;
  hold: HoldState | null;
  /** Monotonic ms; nothing is sent before. */
  pausedUntil = 0;
  lastSuccessAt = Number.NEGATIVE_INFINITY;
  /** Monotonic ms at which the last attempt that succeeded began. */
  #lastSuccessBegan = Number.NEGATIVE_INFINITY;
  /** Origins of two units that failed since the last success: enough to tell whether another one than a given one did. */
  readonly #failedSince = new Set<string>();
  deadInARow = 0;
  running = false;
  readonly #probes: Probes;
  /** Monotonic ms; the destination said that it is gone, and the log has not stopped the hook yet. */
  #goneUntil: number | null = null;
  #cancelTimer: (() => void) | null = null;
  #pumping = false;
  #http: HttpSender | null = null;
  #broker: BrokerSender | null = null;

  constructor(deps: LaneDeps, timeline: LanePlan, row: Pick<LaneRow, 'laneId' | 'hookId' | 'accountId' | 'assigned' | 'behind' | 'round' | 'change' | 'hold' | 'succeededAt'>) {
    this.deps = deps;
    this.timeline = timeline;
    this.laneId = row.laneId;
    this.hookId = row.hookId;
    this.accountId = row.accountId;
    this.assigned = row.assigned;
    this.readThrough = row.assigned;
    this.behindStored = row.behind;
    this.round = row.round;
    this.change = row.change;
    this.hold = row.hold;
    this.queue = new LaneQueue(deps.queued);
    this.allowed = Math.min(CONCURRENCY_START, this.#concurrencyMax);
    this.#probes = new Probes(deps.clock, deps.random, row.hold);
    if (row.succeededAt !== undefined) this.lastSuccessAt = this.#lastSuccessBegan = this.#monotonicOf(row.succeededAt);
  }

  // ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The export that this lane delivers, or null: it is the live one. */
  get exportId(): string | null {
    return this.laneId === this.hookId ? null : this.laneId;
  }
  get #concurrencyMax(): number {
    return this.deps.concurrencyMax ?? Math.max(CONCURRENCY_MAX, Math.ceil(CONCURRENT_EVENTS / this.#sender().batchMax()));
  }
  get capacity(): number {
    return this.hold ? HOLD_QUEUE_EVENTS : Math.max(QUEUE_EVENTS_MIN, 2 * this.#sender().batchMax());
  }
  /** Behind, active, and with room worth a page. */
  get wantsRows(): boolean {
    return this.running && !this.following && !this.#rereads && this.queue.length * 2 <= this.capacity && this.queue.hasBytes;
  }
  /** The lowest position that matches, or may, and is not assigned; null = none is known. */
  get lowestPending(): number | null {
    // What is cut and will be read again lies above `readThrough`, wherever that is by now.
    if (this.#rereads) return null;
    return this.#cut?.first ?? this.queue.first?.row.position ?? null;
  }

  /** False = no room. Positions come in order. After a start the head is read from the shard's cursor, which may be below this lane's. */
  offer(row: EventRow, version: CompiledVersion): boolean {
    if (row.position <= this.assigned) return true;
    return this.queue.offer({ row, version, queuedAt: this.deps.clock.monotonic() }, this.capacity);
  }

  /** From now on it reads for itself, from above `readThrough`. */
  fallBehind(readThrough: number): void {
    this.following = false;
    this.readThrough = readThrough;
    if (!this.behindStored) {
      this.behindStored = true;
      this.assigned = Math.max(this.assigned, (this.lowestPending ?? readThrough + 1) - 1);
      this.commit([this.laneOp({ behind: true, assigned: this.assigned })]);
    }
    this.deps.wantRows();
  }

  /** The next events, for a sender; in a hold the next event. Nothing else is cut until it says what became of them. */
  cut(countMax: number, bytesMax: number): readonly QueuedEvent[] {
    const events = this.queue.cut(this.hold ? 1 : countMax, bytesMax);
    this.#cut = { first: (events[0] as QueuedEvent).row.position, last: (events.at(-1) as QueuedEvent).row.position };
    return events;
  }
  /** What was cut and not sent yet is to be dropped: the lane reads it again. */
  get cutIsStale(): boolean {
    return this.#rereads;
  }
  /** The cut is over: what is not in `rest` is assigned. */
  endCut(rest: readonly QueuedEvent[]): void {
    this.#cut = null;
    if (!this.#rereads) return this.queue.putBack(rest);
    this.#rereads = false;
    this.readThrough = Math.max(this.readThrough, this.assigned);
  }

  /** Its hook is active from here on. */
  start(): void {
    this.running = true;
    this.#goneUntil = null;
    this.deps.wantRows();
    this.pump();
  }

  /** Nothing more begins: the process stops. */
  halt(): void {
    this.running = false;
    this.#goneUntil = null;
    this.#wakeAt(Number.POSITIVE_INFINITY);
  }

  /** Its hook stops at `position`, by this change: what matched before it and was not launched stays in the log, behind the cursor. */
  stop(position: number, change: number): void {
    this.#readAgainFrom(this.#assignedThrough(position));
    this.change = change;
    this.halt();
    this.commit([this.laneOp({ behind: true, assigned: this.assigned, change })]);
  }

  /**
   * Its hook is activated at `position`, from `from` on. What was already read there counts no more: it is matched by the version of now. Where some of it was
   * assigned, or may have been sent, a new round begins: new ids. True = there is nothing to read before `position`.
   */
  activate(from: number, position: number, change: number): boolean {
    this.change = change;
    const assigned = this.#assignedThrough(position - 1);
    const sent = this.#cut?.last ?? assigned;
    if (from <= Math.max(sent, this.following ? position - 1 : this.readThrough)) {
      if (from <= sent) this.round++;
      this.#readAgainFrom(from <= sent ? Math.min(assigned, from - 1) : assigned);
    }
    const caughtUp = !this.#rereads && this.lowestPending === null && this.timeline.nextActive(this.following ? position : this.readThrough) >= position;
    if (caughtUp) this.readThrough = position;
    if (caughtUp && !this.behindStored) this.assigned = position;
    if (!caughtUp && !this.following) this.behindStored = true;
    this.commit([this.laneOp({ behind: this.behindStored, assigned: this.assigned, round: this.round, change })]);
    return caughtUp;
  }

  /** Everything at or below it is assigned or does not match; a lane that follows has read through `head`. */
  #assignedThrough(head: number): number {
    return this.lowestPending === null ? (this.following ? head : this.readThrough) : this.lowestPending - 1;
  }

  #readAgainFrom(assigned: number): void {
    this.#rereads = this.#cut !== null;
    this.queue.clear();
    this.following = false;
    this.behindStored = true;
    this.assigned = assigned;
    this.readThrough = assigned;
  }

  /** It did not move since the shard's cursor was stored last: from now on its own cursor speaks for it, and the shard's may go on. */
  holdsUp(): LaneOp {
    this.behindStored = true;
    this.assigned = Math.max(this.assigned, (this.lowestPending ?? this.readThrough + 1) - 1);
    return this.laneOp({ behind: true, assigned: this.assigned });
  }

  // ── Making room ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Everything at or below it is assigned or does not match; null = something is on its way that will say. */
  cursor(head: number): number | null {
    return this.#cut !== null || this.#rereads ? null : this.#assignedThrough(head);
  }

  /** These rows are all of the account above the cursor and up to `through`; the log removes them. What matches there is expired and counted. */
  expireBacklog(rows: readonly EventRow[], through: number): Promise<boolean> {
    const expired = rows.filter((row) => this.timeline.at(row.position)?.matches(row)).map((row) => row.position);
    this.queue.dropThrough(through);
    this.assigned = Math.max(this.assigned, through);
    this.readThrough = Math.max(this.readThrough, through);
    return this.commit([this.laneOp({ assigned: this.assigned, add: { matched: expired.length, expired: expired.length } }), ...this.endedOps('expired', { deliveryId: null }, expired)]);
  }

  /** Units that hold a position at or below `through` expire whole, but for those on their way. */
  expireUnits(through: number): Promise<boolean> {
    const ops: LaneOp[] = [];
    for (const { row, busy } of this.units.values()) {
      const { key, positions } = row;
      if (busy || (positions[0] as number) > through) continue;
      this.units.delete(key);
      ops.push({ op: 'unit_gone', key }, this.laneOp({ add: { expired: positions.length } }), ...this.endedOps('expired', row, positions));
    }
    return this.commit(ops);
  }

  // ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #sender(): Sender {
    const type = this.deps.destination(this.hookId)?.request.type;
    if (type === undefined || type === 'http') return (this.#http ??= new HttpSender(this));
    return (this.#broker ??= new BrokerSender(this));
  }

  /** Sends what may be sent now, and sets the clock for what may be sent later. Cheap when there is nothing to do. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      this.#wakeAt(this.#sendWhatIsDue());
    } finally {
      this.#pumping = false;
    }
    this.#dropQueueInHold();
    if (this.wantsRows) this.deps.wantRows();
  }

  /** Monotonic ms at which to look again. */
  #sendWhatIsDue(): number {
    const now = this.deps.clock.monotonic();
    if (this.#goneUntil !== null && now < this.#goneUntil) return this.#goneUntil;
    if (this.#goneUntil !== null) this.start();
    if (!this.running || this.deps.abort.aborted) return Number.POSITIVE_INFINITY;
    if (this.units.size === 0 && this.queue.length === 0) return Number.POSITIVE_INFINITY;
    if (!this.mayDeliver) return now + TRY_AGAIN_MS;
    if (!this.deps.destination(this.hookId)) return now + TRY_AGAIN_MS;
    const sender = this.#sender();
    if (this.hold) return this.#probe(sender, now);
    if (now < this.pausedUntil) return this.pausedUntil;
    let next = Number.POSITIVE_INFINITY;
    const due: OpenUnit[] = [];
    for (const unit of this.units.values()) {
      if (unit.busy) continue;
      if (unit.dueAt <= now) due.push(unit);
      else next = Math.min(next, unit.dueAt);
    }
    // The smallest first: what was halved is done with before more is halved, so a refusing destination does not pile up rows.
    due.sort((a, b) => a.row.positions.length - b.row.positions.length);
    if (due.length > 0 && this.inFlight < this.allowed) sender.retry(due);
    while (this.mayLaunch) {
      const readyAt = sender.readyAt();
      if (readyAt > now) return Math.min(next, readyAt);
      sender.launch();
    }
    return next;
  }

  /** It is still this process that delivers the lane. */
  get mayDeliver(): boolean {
    return this.deps.mayDeliver?.() ?? true;
  }

  /** New events may go, as far as it is up to the lane. */
  get mayLaunch(): boolean {
    return this.#cut === null && this.inFlight < this.allowed && this.queue.length > 0 && this.units.size < OPEN_UNITS_MAX && !(this.deps.sending.full && this.inFlight > 0);
  }

  #probe(sender: Sender, now: number): number {
    if (this.inFlight > 0) return Number.POSITIVE_INFINITY;
    const at = Math.max(this.#probes.at, this.pausedUntil);
    if (now < at) return at;
    const idle = [...this.units.values()].filter((u) => !u.busy);
    if (idle.length + this.queue.length === 0) return Number.POSITIVE_INFINITY;
    const unit = this.#probes.take(idle, this.queue.length > 0);
    if (unit) sender.retry([unit]);
    else sender.launch();
    return Number.POSITIVE_INFINITY;
  }

  /** Another destination: what waited for the old one is tried at once. */
  destinationChanged(): void {
    const now = this.deps.clock.monotonic();
    this.pausedUntil = 0;
    this.#probes.soon();
    for (const unit of this.units.values()) unit.dueAt = Math.min(unit.dueAt, now);
    this.pump();
  }

  #wakeAt(at: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (at === Number.POSITIVE_INFINITY) return;
    this.#cancelTimer = this.deps.clock.after(Math.max(0, at - this.deps.clock.monotonic()), () => {
      this.#cancelTimer = null;
      this.pump();
    });
  }

  /** Nothing could be read or rendered: no attempt was made. */
  pauseBriefly(): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.deps.clock.monotonic() + TRY_AGAIN_MS);
  }

  // ── Settling ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The destination took something, in an attempt that began at `began` (monotonic ms). */
  succeeded(began: number): readonly LaneOp[] {
    this.lastSuccessAt = this.deps.clock.monotonic();
    this.#lastSuccessBegan = Math.max(this.#lastSuccessBegan, began);
    this.#failedSince.clear();
    this.deadInARow = 0;
    this.#probes.succeeded();
    // Evidence about units that are open; of none there is nothing to tell.
    const evidence = this.units.size > 0 ? [this.laneOp({ succeededAt: this.#wallOf(this.#lastSuccessBegan) })] : [];
    if (!this.hold) {
      this.allowed = Math.min(this.#concurrencyMax, this.allowed + 1);
      return evidence;
    }
    this.hold = null;
    this.allowed = 1;
    for (const unit of this.units.values())
      if (!unit.busy) {
        unit.dueAt = this.lastSuccessAt;
        unit.row = { ...unit.row, tries: 0 };
      }
    return [...evidence, this.laneOp({ hold: null })];
  }

  /** An attempt of this unit failed; `since` = monotonic ms since which it fails, if it has not failed before. */
  failed(unit: OpenUnit, since: number): void {
    unit.failedAt = Math.min(unit.failedAt, since);
    unit.row = { ...unit.row, failedAt: unit.row.failedAt ?? this.#wallOf(since) };
  }

  /** Times of this process's clock that never jumps, in unix ms, and back. */
  #wallOf(monotonicMs: number): number {
    return Math.round(this.deps.clock.now() - this.deps.clock.monotonic() + monotonicMs);
  }
  #monotonicOf(unixMs: number): number {
    const { clock } = this.deps;
    return Math.min(clock.monotonic(), unixMs - clock.now() + clock.monotonic());
  }

  /** What is to become of a unit whose attempt failed, or, for a broker's connection (`unit` null), of the lane. */
  decide(failure: Failure, { tries, unit }: { readonly tries: number; readonly unit: OpenUnit | null }): FailureDecision {
    const decision = decideFailure(
      { failure, tries, count: unit?.row.positions.length ?? 1, succeededSince: unit !== null && this.#succeededSince(unit), deadInARow: this.deadInARow, holding: this.hold !== null },
      this.deps.retry,
      this.deps.random(),
    );
    // What we cannot render says nothing about the destination.
    if (decision.kind === 'dead' && FAILURE_CLASS[failure.code] !== 'ours') this.deadInARow++;
    return decision;
  }

  /** Some unit succeeded since this one's first attempt, and it was not the destination that went away meanwhile: then others fail too, and no attempt that began later succeeds. */
  #succeededSince(unit: OpenUnit): boolean {
    if (this.#failedSince.size < 2) this.#failedSince.add(unit.origin);
    const isAlone = [...this.#failedSince].every((origin) => origin === unit.origin);
    return this.#lastSuccessBegan > unit.failedAt || (isAlone && this.lastSuccessAt > unit.firstAt);
  }

  /** Slows down; where the destination named a time, the whole hook waits for it. */
  slowDown(failure: Failure): void {
    this.allowed = Math.max(1, Math.floor(this.allowed / 2));
    if (failure.retryAfterMs) this.pausedUntil = Math.max(this.pausedUntil, this.deps.clock.monotonic() + failure.retryAfterMs);
  }

  /** Nothing more is sent but probes. */
  enterHold(failure: Failure): LaneOp {
    this.hold = this.#probes.failed(this.hold, failure, this.pausedUntil - this.deps.clock.monotonic());
    return this.laneOp({ hold: this.hold });
  }

  /** What was queued is read again, one event a probe, and all of it once the hold ends. Its own commit: what is settled must have been given to the store before. */
  #dropQueueInHold(): void {
    const { first } = this.queue;
    if (!this.hold || !first || this.#cut || this.queue.length <= HOLD_QUEUE_EVENTS) return;
    this.queue.clear();
    this.fallBehind(first.row.position - 1);
  }

  /** A 410: the lane stops at once, its hook as soon as the log says so. */
  gone(): void {
    this.running = false;
    this.#goneUntil = this.deps.clock.monotonic() + GONE_PATIENCE_MS;
    this.deps.stopHook(this.accountId, this.hookId, 'gone');
  }

  nextAtOf(dueAt: number): number {
    return this.deps.clock.now() + Math.max(0, Math.round(dueAt - this.deps.clock.monotonic()));
  }

  deadOp(row: EventRow | { readonly position: number; readonly eventId: string }, unit: Pick<UnitRow, 'deliveryId' | 'round' | 'redrive' | 'attempt'>, failure: { readonly code: FailureCode; readonly message: string }): LaneOp {
    return {
      op: 'dead',
      row: {
        laneId: this.laneId, hookId: this.hookId, accountId: this.accountId, position: row.position, eventId: row.eventId, deliveryId: unit.deliveryId, round: unit.round,
        code: failure.code, message: failure.message, attempts: unit.attempt, diedAt: this.deps.clock.now(), redrive: unit.redrive,
      },
    };
  }

  /** These events of a unit will not be delivered. What an export did not deliver, the live lane may have. */
  endedOps(fate: 'cancelled' | 'expired', { deliveryId }: { readonly deliveryId: string | null }, positions: readonly number[]): readonly LaneOp[] {
    if (this.exportId !== null || positions.length === 0) return [];
    return [{ op: 'ended', hookId: this.hookId, ending: { fate, deliveryId }, positions, at: this.deps.clock.now() }];
  }

  laneOp(change: Omit<Extract<LaneOp, { op: 'lane' }>, 'op' | 'laneId' | 'hookId' | 'accountId'>): LaneOp {
    const scanned = change.assigned === undefined ? undefined : this.timeline.scannedThrough?.(change.assigned);
    return { op: 'lane', laneId: this.laneId, hookId: this.hookId, accountId: this.accountId, ...change, ...(scanned !== undefined && { scanned }) };
  }

  /** Never rejects: a store that is closed takes nothing more, and what it did not take is done again after the next start. */
  commit(ops: readonly LaneOp[]): Promise<boolean> {
    return this.deps.log.commit(ops, { patient: this.deps.patient === true }).then(
      () => true,
      () => false,
    );
  }

  /** Dead events go out again as new deliveries. Number of events. */
  async redrive(rows: readonly DeadRow[]): Promise<number> {
    if (this.timeline.deleted || rows.length === 0) return 0;
    const http = this.deps.destination(this.hookId)?.request.type === 'http';
    const size = http ? this.#sender().batchMax() : 1;
    const now = this.deps.clock.now();
    const ops: LaneOp[] = [];
    const byRun = Map.groupBy(rows, (row) => `${row.round}/${row.redrive}`);
    for (const run of byRun.values()) {
      run.sort((a, b) => a.position - b.position);
      for (let i = 0; i < run.length; i += size) {
        const part = run.slice(i, i + size);
        const first = part[0] as DeadRow;
        const positions = part.map((row) => row.position);
        const unit = this.newUnit({ positions, round: first.round, redrive: first.redrive + 1, state: 'waiting', now });
        this.units.set(unit.row.key, unit);
        ops.push({ op: 'unit', unit: unit.row }, ...part.map((row): LaneOp => ({ op: 'dead_gone', id: row.id })));
      }
    }
    ops.push(this.laneOp({ add: { dead: -rows.length } }));
    await this.commit(ops);
    this.pump();
    return rows.length;
  }

  newUnit(of: { readonly positions: readonly number[]; readonly round: number; readonly redrive: number; readonly state: UnitRow['state']; readonly now: number; readonly tries?: number; readonly attempt?: number; readonly bodyHash?: string }): OpenUnit {
    const { positions, round, redrive } = of;
    const deliveryId = this.deps.ids.unitId({ hookId: this.hookId, round, exportId: this.exportId, redrive, shard: this.deps.log.shard, positions, revision: 0 });
    const at = this.deps.clock.monotonic();
    const row: UnitRow = {
      key: deliveryId, laneId: this.laneId, hookId: this.hookId, accountId: this.accountId, deliveryId, round, redrive, revision: 0, positions, state: of.state, attempt: of.attempt ?? 0,
      tries: of.tries ?? 0, firstAt: of.now, failedAt: null, nextAt: of.state === 'waiting' ? of.now : null, bodyHash: of.bodyHash ?? null,
    };
    return { row, dueAt: at, firstAt: at, failedAt: Number.POSITIVE_INFINITY, origin: row.key, busy: of.state === 'in_flight' };
  }

  /** A unit from the store, after a start. What was in flight is closed as unknown and is due at once. */
  adopt(row: UnitRow): readonly LaneOp[] {
    const { clock } = this.deps;
    const now = clock.now();
    const died = row.state === 'in_flight';
    const unit: UnitRow = died ? { ...row, state: 'waiting', nextAt: now } : row;
    this.units.set(row.key, { row: unit, dueAt: clock.monotonic() + Math.max(0, (unit.nextAt ?? now) - now), firstAt: this.#monotonicOf(row.firstAt), failedAt: this.#monotonicOf(row.failedAt ?? now), origin: row.key, busy: false });
    if (!died) return [];
    const attempt: AttemptRow = { deliveryId: row.deliveryId, attempt: row.attempt, outcome: 'unknown', code: 'process_died', message: 'this process ended before an answer was recorded', events: row.positions.length, startedAt: now, durationMs: 0, nextAttemptAt: now };
    return [{ op: 'unit', unit }, { op: 'attempts', hookId: this.hookId, rows: [attempt] }];
  }

  /** Smaller units in place of one. */
  divide(unit: OpenUnit, parts: readonly (readonly number[])[], tries: number): { readonly made: readonly OpenUnit[]; readonly ops: readonly LaneOp[] } {
    const { round, redrive } = unit.row;
    const made = parts.map((positions) => {
      const part = this.newUnit({ positions, round, redrive, state: 'waiting', now: this.deps.clock.now(), tries });
      return { ...part, row: { ...part.row, firstAt: unit.row.firstAt, failedAt: unit.row.failedAt }, firstAt: unit.firstAt, failedAt: unit.failedAt, origin: unit.origin };
    });
    this.units.delete(unit.row.key);
    for (const part of made) this.units.set(part.row.key, part);
    return { made, ops: [{ op: 'unit_gone', key: unit.row.key }, ...made.map((part): LaneOp => ({ op: 'unit', unit: part.row }))] };
  }

  /** The hook is deleted: what waits is cancelled and counted. */
  cancelWaiting(): void {
    const idle = [...this.units.values()].filter((u) => !u.busy);
    for (const u of idle) this.units.delete(u.row.key);
    const cancelled = idle.reduce((n, u) => n + u.row.positions.length, 0);
    if (cancelled > 0) this.commit([...idle.flatMap((u): readonly LaneOp[] => [{ op: 'unit_gone', key: u.row.key }, ...this.endedOps('cancelled', u.row, u.row.positions)]), this.laneOp({ add: { cancelled } })]);
  }
}
