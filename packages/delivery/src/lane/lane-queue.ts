import type { EventRow } from '@hookline/core';
import type { CompiledVersion } from '../hook-timeline.ts';
import type { QueueBudget } from './queue-budget.ts';

/** An event that matched and waits to be cut into a batch. */
export interface QueuedEvent {
  readonly row: EventRow;
  readonly version: CompiledVersion;
  /** Monotonic ms. */
  readonly queuedAt: number;
}

const ROW_OVERHEAD_BYTES = 400;
const bytesOf = (row: EventRow): number => ROW_OVERHEAD_BYTES + row.base.length + (row.profile?.length ?? 0) + (row.customData?.length ?? 0);

/** What of one lane is in memory, in order of position. Bounded in count; in bytes by a budget that all lanes share. Nothing here is stored: what is dropped is read again. */
export class LaneQueue {
  #events: QueuedEvent[] = [];
  #start = 0;
  #bytes = 0;
  readonly #budget: QueueBudget;
  constructor(budget: QueueBudget) {
    this.#budget = budget;
  }
  get length(): number {
    return this.#events.length - this.#start;
  }
  get bytes(): number {
    return this.#bytes;
  }
  get first(): QueuedEvent | undefined {
    return this.#events[this.#start];
  }
  /** The bytes that all lanes share let it take another event. */
  get hasBytes(): boolean {
    return this.#budget.hasRoom(this.#bytes);
  }
  /** False = no room; the event stays where it is, in the log. */
  offer(event: QueuedEvent, countMax: number): boolean {
    if (this.length >= countMax || !this.hasBytes) return false;
    this.#events.push(event);
    this.#account(bytesOf(event.row));
    return true;
  }
  #account(bytes: number): void {
    const before = this.#bytes;
    this.#bytes += bytes;
    this.#budget.change(before, this.#bytes);
  }
  /** Takes from the front: at most `countMax`, stopping once `bytesMax` is reached, at least one. */
  cut(countMax: number, bytesMax: number): QueuedEvent[] {
    let to = this.#start;
    for (let bytes = 0; to < this.#events.length && to - this.#start < countMax && bytes < bytesMax; to++) bytes += (this.#events[to] as QueuedEvent).row.base.length;
    const cut = this.#events.slice(this.#start, to);
    this.#start = to;
    for (const event of cut) this.#account(-bytesOf(event.row));
    if (this.#start > 512 && this.#start * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#start);
      this.#start = 0;
    }
    return cut;
  }
  /** Puts back what was cut last, in front. */
  putBack(events: readonly QueuedEvent[]): void {
    if (events.length === 0) return;
    this.#events = [...events, ...this.#events.slice(this.#start)];
    this.#start = 0;
    for (const event of events) this.#account(bytesOf(event.row));
  }
  /** What lies at or below this position leaves it. */
  dropThrough(position: number): void {
    while (this.first && this.first.row.position <= position) this.#account(-bytesOf((this.#events[this.#start++] as QueuedEvent).row));
  }
  clear(): void {
    this.#account(-this.#bytes);
    this.#events = [];
    this.#start = 0;
  }
}
