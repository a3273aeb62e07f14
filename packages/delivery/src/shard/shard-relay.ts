// Reads one shard for all its lanes. The head reader follows the log and feeds the lanes that follow it; lanes behind share two sweeps (`sweep-turns.ts`), which feed every
// lane whose cursor is in the page they read. A lane moves from head to sweep and back between two pages, where both stand at the same position.
import { type Clock, type ControlRow, type EventRow, type Ids, MatchIndex } from '@hookline/core';
import { BLOCK_POSITIONS, type DeadRow, type EventHistory, type EventLog, type LaneOp, type LaneRow, type LaneStore, type LogPage } from '@hookline/store';
import { HookTimeline } from '../hook-timeline.ts';
import type { LaneDeps } from '../lane/lane-deps.ts';
import { Lane } from '../lane/lane.ts';
import { makeRoomIn } from '../lane/make-room.ts';
import { SweepTurns } from './sweep-turns.ts';

const PAGE_LIMITS = { rowsMax: 500, bytesMax: 1024 * 1024 };
/** `scanned` moves at most this often, and only with traffic. */
const SCANNED_PAUSE_MS = 1_000;
const READ_AGAIN_MS = 500;
/** A lane that has delivered something in this time is moving. */
const MOVING_MS = 5_000;

/** Lanes behind up to which the block map is asked whether a block has anything for one of them; for more it is cheaper to read the block. */
const LANES_ASKED_FOR_MAX = 8;

export type RelayLog = EventLog & LaneStore & { readonly history: Pick<EventHistory, 'emptyThrough'> };
export type ShardRelayDeps = Omit<LaneDeps, 'wantRows' | 'log'> & { readonly log: RelayLog };

export class ShardRelay {
  readonly #deps: LaneDeps & ShardRelayDeps;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #lanes = new Map<string, Lane>();
  readonly #timelines = new Map<string, HookTimeline>();
  readonly #following = new MatchIndex<Lane>();
  readonly #turns = new SweepTurns<Lane>();
  /** How far the block map was asked about, of lanes behind. */
  readonly #askedThrough = new WeakMap<Lane, number>();
  /** Lanes send nothing before the head has come this far: an open unit may need a version whose record lies ahead of it. null = they have begun. */
  #startAt: number | null = 0;
  /** Everything at or below it was read and given to the following lanes. */
  #head = 0;
  #scanned = 0;
  #scannedAt = Number.NEGATIVE_INFINITY;
  #cancelScanned: (() => void) | null = null;
  #stopped = false;
  #headAwake: (() => void) | null = null;
  #sweepAwake: (() => void) | null = null;
  #sweepWanted = false;
  #stopListening: () => void = () => {};
  #loops: Promise<unknown> = Promise.resolve();

  constructor(deps: ShardRelayDeps) {
    this.#deps = {
      ...deps,
      wantRows: () => {
        this.#sweepWanted = true;
        this.#sweepAwake?.();
      },
    };
    this.#clock = deps.clock;
    this.#ids = deps.ids;
  }

  /** Takes up lanes and units as they were left, then reads on. */
  async start(): Promise<void> {
    const { log } = this.#deps;
    const state = await log.load();
    this.#head = state.scanned;
    this.#scanned = state.scanned;
    const rows = new Map(state.lanes.map((row) => [row.laneId, row]));
    for (const control of await log.controls()) if (control.position <= this.#head) this.#timelineOf(control).apply(control);
    for (const row of state.lanes) if (!this.#timelines.has(row.hookId)) this.#newTimeline(row.hookId, row.accountId);
    const ops: LaneOp[] = [];
    for (const timeline of this.#timelines.values()) {
      const lane = this.#makeLane(timeline, rows.get(timeline.hookId) ?? null);
      if (!lane.behindStored) lane.assigned = Math.max(lane.assigned, this.#scanned);
      lane.readThrough = lane.assigned;
      // Its cursor stands where a record has put it that lies ahead of the head: it waits for that record, and speaks for itself until then.
      if (timeline.change < lane.change && !lane.behindStored) ops.push(lane.holdsUp());
    }
    for (const unit of state.units) ops.push(...(this.#lanes.get(unit.laneId)?.adopt(unit) ?? []));
    if (ops.length > 0) void log.commit(ops).catch(() => undefined);
    for (const lane of this.#lanes.values()) if (lane.timeline.change >= lane.change && lane.timeline.active && !lane.behindStored) this.#follow(lane);
    this.#startAt = log.end();
    this.#stopListening = log.onAppend(() => this.#headAwake?.());
    this.#loops = Promise.all([this.#headLoop(), this.#sweepLoop()]);
  }

  #timelineOf({ record: { hookId, accountId } }: ControlRow): HookTimeline {
    return this.#timelines.get(hookId) ?? this.#newTimeline(hookId, accountId);
  }
  #newTimeline(hookId: string, accountId: number): HookTimeline {
    const timeline = new HookTimeline(hookId, accountId, this.#ids);
    this.#timelines.set(hookId, timeline);
    return timeline;
  }
  #makeLane(timeline: HookTimeline, row: LaneRow | null): Lane {
    const { hookId, accountId } = timeline;
    const lane = new Lane(this.#deps, timeline, row ?? { laneId: hookId, hookId, accountId, assigned: 0, behind: false, round: 0, change: 0, hold: null });
    this.#lanes.set(lane.laneId, lane);
    return lane;
  }

  // ── The head ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #headLoop(): Promise<void> {
    while (!this.#stopped) {
      if (this.#startAt !== null && this.#head >= this.#startAt) this.#startLanes();
      if (this.#deps.log.end() <= this.#head) {
        await new Promise<void>((resolve) => {
          this.#headAwake = resolve;
        });
        this.#headAwake = null;
        continue;
      }
      const page = await this.#read(this.#head);
      if (!page || this.#stopped) continue;
      this.#feedFollowing(page);
      this.#moveScanned();
    }
  }

  #startLanes(): void {
    this.#startAt = null;
    for (const lane of this.#lanes.values()) {
      if (lane.timeline.deleted) lane.cancelWaiting();
      else if (lane.timeline.active) lane.start();
    }
  }

  async #read(after: number): Promise<LogPage | null> {
    try {
      return await this.#deps.log.read(after, PAGE_LIMITS);
    } catch (error: unknown) {
      this.#deps.report('the log could not be read', error);
      await new Promise<void>((resolve) => this.#clock.after(READ_AGAIN_MS, resolve));
      return null;
    }
  }

  #feedFollowing(page: LogPage): void {
    const fed = new Set<Lane>();
    const full: Lane[] = [];
    for (const row of page.rows) {
      if (row.kind === 'control') {
        this.#head = row.position;
        this.#applyControl(row);
        continue;
      }
      this.#following.match(row, (lane) => {
        const version = lane.timeline.at(row.position);
        if (!lane.following || !version) return;
        if (lane.offer(row, version)) fed.add(lane);
        else full.push(lane);
      });
      this.#head = row.position;
      for (const lane of full.splice(0)) this.#fallBehind(lane, row.position - 1);
    }
    this.#head = Math.max(this.#head, page.through);
    for (const lane of fed) lane.pump();
  }

  #follow(lane: Lane): void {
    const version = lane.timeline.latest;
    if (!version) return;
    lane.following = true;
    this.#following.set(lane.laneId, lane.accountId, version.selection, lane);
  }
  #fallBehind(lane: Lane, readThrough: number): void {
    this.#following.delete(lane.laneId);
    lane.fallBehind(readThrough);
  }

  /** A change of a hook holds from its record on: it is applied before the next row is looked at. */
  #applyControl(control: ControlRow): void {
    const timeline = this.#timelineOf(control);
    if (!timeline.apply(control)) return;
    const { record, position } = control;
    let lane = this.#lanes.get(record.hookId);
    if (!lane) {
      lane = this.#makeLane(timeline, null);
      lane.assigned = (timeline.openFrom ?? position) - 1;
      lane.readThrough = lane.assigned;
    }
    // After a start: the cursor has been moved by this change, or by a later one whose record comes, and what is in memory follows.
    if (record.change < lane.change) return;
    const moved = record.change === lane.change;
    switch (record.action) {
      case 'version':
        if (lane.following) this.#follow(lane);
        return;
      case 'activated':
        if (!moved && (lane.activate(timeline.openFrom ?? position, position, record.change) || lane.following)) this.#follow(lane);
        else this.#following.delete(lane.laneId);
        if (this.#startAt === null) lane.start();
        return;
      case 'deactivated':
      case 'deleted':
        this.#following.delete(lane.laneId);
        if (!moved) lane.stop(position, record.change);
        if (record.action === 'deleted' && this.#startAt === null) lane.cancelWaiting();
        return;
    }
  }

  // ── Lanes behind ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #sweepLoop(): Promise<void> {
    while (!this.#stopped) {
      this.#keepRecentRows();
      const wanting = [...this.#lanes.values()].filter((lane) => lane.wantsRows);
      for (const lane of wanting) this.#skipInactive(lane);
      const reading = wanting.filter((lane) => !this.#attachAtHead(lane));
      if (reading.length === 0) {
        if (!this.#sweepWanted)
          await new Promise<void>((resolve) => {
            this.#sweepAwake = resolve;
          });
        this.#sweepAwake = null;
        this.#sweepWanted = false;
        continue;
      }
      const lane = this.#turns.next(reading);
      if (reading.length <= LANES_ASKED_FOR_MAX && (await this.#skipEmptyBlocks(lane))) continue;
      const after = lane.readThrough;
      const page = await this.#read(after);
      if (page && !this.#stopped) this.#feedBehind(reading, page, after);
    }
  }

  /** Lanes that are behind and moving will come for these rows; one whose destination takes nothing, or that is far behind, must not keep them in memory. */
  #keepRecentRows(): void {
    const cursors: number[] = [];
    const since = this.#clock.monotonic() - MOVING_MS;
    for (const lane of this.#lanes.values()) if (lane.running && !lane.following && lane.lastSuccessAt >= since) cursors.push(lane.readThrough);
    this.#deps.log.keepFor(cursors);
  }

  /** By the block map. False = it stands where something may be for it. */
  async #skipEmptyBlocks(lane: Lane): Promise<boolean> {
    const from = lane.readThrough;
    if (from < (this.#askedThrough.get(lane) ?? 0)) return false;
    this.#askedThrough.set(lane, from - (from % BLOCK_POSITIONS) + BLOCK_POSITIONS);
    const eventTypes = this.#timelines.get(lane.hookId)?.eventTypes ?? [];
    try {
      const through = await this.#deps.log.history.emptyThrough({ accountId: lane.accountId, eventTypes, fromDay: 0, throughDay: null }, from);
      // It may have stopped, or begun a new round, meanwhile; and what lies above the head may belong to a version that is not known yet.
      if (!lane.wantsRows || lane.readThrough !== from) return true;
      lane.readThrough = Math.max(from, Math.min(through, this.#head));
    } catch (error: unknown) {
      this.#deps.report('the block map could not be read', error);
    }
    return lane.readThrough !== from;
  }

  /** Nothing matches between two intervals: the cursor steps over. */
  #skipInactive(lane: Lane): void {
    const next = lane.timeline.nextActive(lane.readThrough);
    if (next > lane.readThrough + 1) lane.readThrough = Math.min(next - 1, Math.max(this.#head, lane.readThrough));
  }

  #attachAtHead(lane: Lane): boolean {
    if (lane.readThrough < this.#head) return false;
    this.#follow(lane);
    return true;
  }

  #feedBehind(lanes: readonly Lane[], page: LogPage, after: number): void {
    const through = Math.min(page.through, this.#head);
    const rows = page.rows.filter((row): row is EventRow => row.kind === 'event' && row.position <= through);
    for (const lane of lanes) {
      // It may have stopped, or begun a new round, while the page was read.
      if (!lane.wantsRows || lane.readThrough >= through || lane.readThrough < after) continue;
      lane.readThrough = this.#offerRows(lane, rows) ?? through;
      this.#turns.fed(lane);
      lane.pump();
    }
  }

  /** null = all of them were looked at; else the position before the first that had no room. */
  #offerRows(lane: Lane, rows: readonly EventRow[]): number | null {
    for (const row of rows) {
      if (row.position <= lane.readThrough || row.accountId !== lane.accountId) continue;
      const version = lane.timeline.at(row.position);
      if (version?.matches(row) && !lane.offer(row, version)) return row.position - 1;
    }
    return null;
  }

  // ── The cursor of all lanes that follow ──────────────────────────────────────────────────────────────────────────────────────

  #moveScanned(): void {
    const now = this.#clock.monotonic();
    if (now - this.#scannedAt < SCANNED_PAUSE_MS) return this.#moveScannedLater();
    this.#scannedAt = now;
    this.#keepRecentRows();
    let scanned = this.#head;
    const ops: LaneOp[] = [];
    for (const lane of this.#lanes.values()) {
      if (!lane.following) continue;
      const done = lane.lowestPending === null ? this.#head : lane.lowestPending - 1;
      if (lane.behindStored && (done > this.#scanned || done === this.#head)) {
        lane.behindStored = false;
        lane.assigned = Math.max(lane.assigned, done);
        ops.push(lane.laneOp({ behind: false, assigned: lane.assigned }));
      } else if (!lane.behindStored && done <= this.#scanned && done < this.#head) ops.push(lane.holdsUp());
      if (!lane.behindStored) scanned = Math.min(scanned, done);
    }
    if (scanned > this.#scanned) {
      this.#scanned = scanned;
      ops.push({ op: 'scanned', position: scanned });
    }
    if (ops.length > 0) void this.#deps.log.commit(ops).catch(() => undefined);
    if (scanned < this.#head || [...this.#lanes.values()].some((lane) => lane.following && lane.behindStored)) this.#moveScannedLater();
  }
  #moveScannedLater(): void {
    if (this.#stopped) return;
    this.#cancelScanned ??= this.#clock.after(SCANNED_PAUSE_MS, () => {
      this.#cancelScanned = null;
      this.#moveScanned();
    });
  }

  // ── From outside ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A destination has changed: what waited for the old one may go now. */
  destinationChanged(hookId: string): void {
    this.#lanes.get(hookId)?.destinationChanged();
  }

  redrive(hookId: string, rows: readonly DeadRow[]): Promise<number> {
    return this.#lanes.get(hookId)?.redrive(rows) ?? Promise.resolve(0);
  }

  /** As `Relay.makeRoom`. */
  async makeRoom(accountId: number, through: number): Promise<void> {
    for (const lane of this.#lanes.values()) if (lane.accountId === accountId) await makeRoomIn(lane, this.#deps.log, { through, head: () => this.#head });
  }

  /** Its lanes have something to read. */
  get isHungry(): boolean {
    return this.#deps.log.end() > this.#head || [...this.#lanes.values()].some((lane) => lane.wantsRows);
  }

  /** Nothing more begins on the lanes of these accounts: somebody else is to have them. They are answered; what is on its way there goes on. */
  halt(isTheirs: (accountId: number) => boolean): readonly Lane[] {
    const halted = [...this.#lanes.values()].filter((lane) => isTheirs(lane.accountId));
    for (const lane of halted) {
      this.#following.delete(lane.laneId);
      lane.halt();
    }
    return halted;
  }

  /** Forgets the lanes of these accounts: somebody else has them. */
  drop(isTheirs: (accountId: number) => boolean): void {
    for (const lane of this.halt(isTheirs)) {
      lane.queue.clear();
      this.#lanes.delete(lane.laneId);
      this.#timelines.delete(lane.hookId);
    }
  }

  lane(hookId: string): Lane | null {
    return this.#lanes.get(hookId) ?? null;
  }
  get head(): number {
    return this.#head;
  }
  lanes(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  /** Launches nothing more. What is in flight goes on until it settles or the shared signal aborts it. */
  stop(): void {
    this.#stopped = true;
    this.#stopListening();
    this.#cancelScanned?.();
    this.#headAwake?.();
    this.#sweepAwake?.();
    for (const lane of this.#lanes.values()) lane.halt();
  }
  get inFlight(): number {
    return [...this.#lanes.values()].reduce((n, lane) => n + lane.inFlight, 0);
  }
  async finished(): Promise<void> {
    await this.#loops;
  }
}
