import { type ControlRecord, serverEventId } from '@hookline/core';
import type { AppendRequest, AppendedEvent } from './event-log.ts';
import type { IdempotencyRow, NewRow } from './log-backend.ts';

/** What one commit will hold, and who waits for it. */
export class CommitPlan {
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
  /** The position that this id gets by this plan. */
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
