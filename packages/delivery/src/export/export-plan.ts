// What an export delivers, along one shard: the events of its period that its selection takes, matched by one version from beginning to end, whatever becomes of the
// hook meanwhile. It also keeps count of what was looked at, so that the count can be stored with the cursor.
import { type EventRow, type Ids, parseEventDate } from '@hookline/core';
import { DAY_MS, type EventQuery, type ExportRun, type ExportShard } from '@hookline/store';
import { type CompiledVersion, HookTimeline } from '../hook-timeline.ts';
import type { LanePlan } from '../lane/lane-plan.ts';

const dayOf = (date: string): number => Math.floor((parseEventDate(`${date}T00:00:00Z`)?.epochMs ?? 0) / DAY_MS);

/** The events that come into question before filters are asked. */
export function queryOf(run: Pick<ExportRun, 'accountId' | 'from' | 'to' | 'selection'>): EventQuery {
  return { accountId: run.accountId, eventTypes: run.selection.events, fromDay: dayOf(run.from), throughDay: run.to === 'now' ? null : dayOf(run.to) };
}

export class ExportPlan implements LanePlan {
  readonly version: CompiledVersion;
  readonly #shard: ExportShard;
  readonly #leftOut: ReadonlySet<number>;
  /** Aborted. */
  deleted = false;
  isReadToEnd = false;
  /** Of `HookTimeline`: an export has no changes, and is one stretch without intervals. */
  readonly change = 0;
  readonly openFrom = null;
  readonly active = true;
  /** Events of the period looked at so far. */
  #scanned: number;
  /** Of each event that was given to the lane and is not assigned: how many had been looked at with it. */
  #marks: { readonly position: number; readonly scanned: number }[] = [];
  /** The last of them that was assigned: its place is asked for again when the lane is sent back to it. */
  #passed: { readonly position: number; readonly scanned: number } | undefined;

  constructor(run: ExportRun, shard: ExportShard, ids: Ids, scanned: number) {
    this.version = new HookTimeline(run.hookId, run.accountId, ids).compile(run.selection);
    this.#shard = shard;
    this.#leftOut = new Set(shard.leftOut);
    this.#scanned = scanned;
  }

  get latest(): CompiledVersion {
    return this.version;
  }
  at(position: number): CompiledVersion | null {
    return this.isMine(position) ? this.version : null;
  }
  forOpenUnit(): CompiledVersion {
    return this.version;
  }
  nextActive(after: number): number {
    return after + 1;
  }

  /** False = live delivers it. */
  isMine(position: number): boolean {
    const { liveAfter, live } = this.#shard;
    if (this.#leftOut.has(position)) return false;
    return liveAfter === null || position <= liveAfter || !live.some(([first, last]) => first <= position && position <= last);
  }

  /** Looks at one event of the period. True = it is to be delivered. */
  looksAt(row: EventRow): boolean {
    this.#scanned++;
    if (!this.isMine(row.position) || !this.version.matches(row)) return false;
    this.#marks.push({ position: row.position, scanned: this.#scanned });
    return true;
  }

  /** The lane had no room for the event that was looked at last: it will be looked at again. */
  putBack(): void {
    this.#scanned--;
    this.#marks.pop();
  }

  /** The lane reads again from above its cursor. */
  sentBackTo(position: number): void {
    this.#scanned = this.scannedThrough(position);
    this.#marks = [];
    this.isReadToEnd = false;
  }

  get scanned(): number {
    return this.#scanned;
  }

  /** Exact for every place a cursor can have: a matching event, right below one, or as far as the lane has read when nothing is pending. */
  scannedThrough(position: number): number {
    while (this.#marks[0] && this.#marks[0].position <= position) this.#passed = this.#marks.shift();
    if (this.#passed?.position === position) return this.#passed.scanned;
    return this.#marks[0] ? this.#marks[0].scanned - 1 : this.#scanned;
  }
}
