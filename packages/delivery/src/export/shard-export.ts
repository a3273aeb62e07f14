// An export on one shard: a lane with a reader of its own, which goes from the lane's cursor to the end of its part, by the block map. The lane's row, units and dead
// events lie where those of live lanes lie, so after a crash it goes on from its cursor, and only what was in flight goes out again, as it was.
import type { Ids } from '@hookline/core';
import type { EventHistory, EventLog, EventPage, EventQuery, ExportRun, ExportShard, LaneSnapshot, LaneStore, UnitRow } from '@hookline/store';
import type { LaneDeps } from '../lane/lane-deps.ts';
import { Lane } from '../lane/lane.ts';
import { ExportPlan, queryOf } from './export-plan.ts';
import { Pace } from './pace.ts';
import type { ReadTurns } from './read-turns.ts';

export type ExportLog = EventLog & LaneStore & {
  readonly logId: string;
  readonly history: Pick<EventHistory, 'page' | 'count' | 'laneEdge'>;
  /** Learns where the log ends, where others append to it. */
  look?(): Promise<void>;
};

/** Small, so that a page of an export does not keep a page of live waiting. */
const PAGE_LIMITS = { rowsMax: 250, bytesMax: 512 * 1024 };
const READ_AGAIN_MS = 500;

export interface ShardExportDeps {
  readonly lane: Omit<LaneDeps, 'wantRows' | 'log'>;
  readonly log: ExportLog;
  readonly ids: Ids;
  readonly turns: ReadTurns;
  /** Something was delivered or read: it may be finished. */
  readonly onProgress: () => void;
}

export class ShardExport {
  readonly lane: Lane;
  readonly plan: ExportPlan;
  readonly through: number;
  readonly #deps: ShardExportDeps;
  readonly #query: EventQuery;
  readonly #pace: Pace;
  /** Rows that were read and not looked at yet, and how far the page reaches; good while the lane stands where they begin. */
  #page: EventPage | null = null;
  #readTo: number;
  #wanted = false;
  /** Ends the sleep; one that waits for the clock only where it is urgent. */
  #awake: ((urgent: boolean) => void) | null = null;
  #started = false;
  #stopped = false;
  readonly #loop: Promise<void>;

  constructor(run: ExportRun, shard: ExportShard, deps: ShardExportDeps, stored: { readonly lane: LaneSnapshot | null; readonly units: readonly UnitRow[] }) {
    const { lane } = stored;
    this.#deps = deps;
    this.through = shard.through;
    this.#query = queryOf(run);
    this.#pace = new Pace(deps.lane.clock, run.maxEventsPerSec);
    this.plan = new ExportPlan(run, shard, deps.ids, lane?.scanned ?? 0);
    const wantRows = (): void => {
      this.#wanted = true;
      this.#awake?.(false);
      deps.onProgress();
    };
    this.lane = new Lane({ ...deps.lane, log: deps.log, wantRows }, this.plan, {
      laneId: run.id, hookId: run.hookId, accountId: run.accountId, assigned: lane?.assigned ?? 0, behind: true, round: 0, change: 0, hold: lane?.hold ?? null,
    });
    this.#readTo = this.lane.readThrough;
    const ops = stored.units.flatMap((unit) => this.lane.adopt(unit));
    if (ops.length > 0) void this.lane.commit(ops);
    this.#loop = this.#read();
  }

  set maxEventsPerSec(perSec: number | null) {
    this.#pace.perSec = perSec;
    this.#awake?.(true);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.lane.start();
  }

  /** Launches nothing more; what is queued is dropped and read again later. */
  pause(): void {
    if (!this.#started) return;
    this.#started = false;
    this.lane.stop(this.lane.readThrough, this.lane.change);
  }

  /** No attempt begins any more; what waits is cancelled and counted. */
  abort(): void {
    if (this.plan.deleted) return;
    this.pause();
    this.plan.deleted = true;
    this.lane.cancelWaiting();
  }

  /** Events of the period from here to its end that are still in the log. */
  async progress(): Promise<{ readonly scanned: number; readonly left: number }> {
    const { scanned } = this.plan;
    return { scanned, left: await this.#deps.log.history.count(this.#query, this.#readTo, this.through) };
  }

  /** Stores how far it has come, where nothing was delivered that would have. */
  async keepCursor(): Promise<void> {
    const { lane } = this;
    const done = (lane.lowestPending ?? lane.readThrough + 1) - 1;
    if (done > lane.assigned) await lane.commit([lane.holdsUp()]);
  }

  /** Everything through its end is delivered, dead, or was not to be delivered. */
  get isDone(): boolean {
    return this.lane.readThrough >= this.through && this.#readTo >= this.through && !this.isBusy;
  }
  get isBusy(): boolean {
    return this.lane.lowestPending !== null || this.lane.inFlight > 0 || this.lane.units.size > 0;
  }

  /** For good: the process stops, or nothing is left to do. What is in flight goes on until it settles. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.lane.halt();
    this.#awake?.(true);
    await this.#loop;
  }

  async #read(): Promise<void> {
    while (!this.#stopped) {
      if (!this.lane.wantsRows || this.lane.readThrough >= this.through) {
        await this.#sleep(null);
        continue;
      }
      if (this.lane.readThrough !== this.#readTo) this.#sentBack();
      if (!this.#page) await this.#readPage();
      else if (!this.#feed()) await this.#sleep(this.#pace.waitMs);
    }
  }

  #sentBack(): void {
    this.#readTo = this.lane.readThrough;
    this.plan.sentBackTo(this.#readTo);
    this.#page = null;
  }

  async #readPage(): Promise<void> {
    const from = this.#readTo;
    try {
      const page = await this.#deps.turns.take(() => this.#deps.log.history.page(this.#query, from, this.through, PAGE_LIMITS));
      if (this.lane.readThrough === from) this.#page = page;
    } catch (error: unknown) {
      this.#deps.lane.report('an export could not read the log', error);
      await this.#sleep(READ_AGAIN_MS);
    }
  }

  /** Gives the lane what it takes of the page. False = the pace allows no more for now. */
  #feed(): boolean {
    const { lane, plan } = this;
    const { rows, through } = this.#page as EventPage;
    let taken = 0;
    let paced = false;
    for (const row of rows) {
      if (plan.looksAt(row)) {
        paced = !this.#pace.take();
        const hasRoom = !paced && lane.offer(row, plan.version);
        if (!hasRoom) plan.putBack();
        if (!hasRoom && !paced) this.#pace.giveBack();
        if (!hasRoom) break;
      }
      taken++;
    }
    const rest = rows.slice(taken);
    this.#page = rest.length > 0 ? { rows: rest, through } : null;
    this.#readTo = rest[0] ? rest[0].position - 1 : through;
    lane.readThrough = this.#readTo;
    plan.isReadToEnd = this.#readTo >= this.through;
    if (taken > 0 || rows.length === 0) lane.pump();
    this.#deps.onProgress();
    return !paced;
  }

  /** Until somebody wants rows, or so long. */
  async #sleep(ms: number | null): Promise<void> {
    const isWanted = this.#wanted;
    this.#wanted = false;
    if (this.#stopped || (ms === null && isWanted)) return;
    await new Promise<void>((resolve) => {
      const cancel = ms === null ? null : this.#deps.lane.clock.after(ms, resolve);
      this.#awake = (urgent) => {
        if (ms !== null && !urgent) return;
        cancel?.();
        resolve();
      };
    });
    this.#awake = null;
  }
}
