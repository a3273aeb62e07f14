// A shard as somebody sees it who appends nothing to it and whose changes of lanes are fenced. To whoever reads it, it is a log like any other.
import { type ControlRecord, type ControlRow, type EventRow, HooklineError } from '@hookline/core';
import type { EventHistory } from '../event-history.ts';
import type { AppendRequest, AppendResult, EventLog, LogPage } from '../event-log.ts';
import type { LaneOp, LaneState, LaneStore } from '../lane-store.ts';
import type { ObservedLog } from '../remote/observed-log.ts';

export abstract class LogView implements EventLog, LaneStore {
  readonly shard: number;
  readonly logId: string;
  readonly history: EventHistory;
  protected readonly log: ObservedLog;
  constructor(log: ObservedLog) {
    this.shard = log.shard;
    this.logId = log.logId;
    this.history = log.history;
    this.log = log;
  }

  abstract commit(ops: readonly LaneOp[]): Promise<void>;

  append(_request: AppendRequest): Promise<AppendResult> {
    return refuse('events are appended by the edge of the shard');
  }
  appendControl(_record: ControlRecord): Promise<number> {
    return refuse('changes of hooks are appended by the edge of the shard');
  }
  read(after: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<LogPage> {
    return this.log.read(after, limits);
  }
  load(): Promise<LaneState> {
    return this.log.load();
  }
  controls(): Promise<readonly ControlRow[]> {
    return this.log.controls();
  }
  end(): number {
    return this.log.end();
  }
  onAppend(listener: (end: number) => void): () => void {
    return this.log.onAppend(listener);
  }
  /** What is read once for all is kept by its own measure. */
  keepFor(): void {}
  readAt(positions: readonly number[]): Promise<readonly EventRow[]> {
    return this.log.readAt(positions);
  }
  positionAt(timeMs: number): Promise<number> {
    return this.log.positionAt(timeMs);
  }
  findEvent(accountId: number, eventId: string): Promise<EventRow | null> {
    return this.log.findEvent(accountId, eventId);
  }
  scanned(accountId: number): Promise<number> {
    return this.log.scanned(accountId);
  }
  snapshot(...given: Parameters<LaneStore['snapshot']>): ReturnType<LaneStore['snapshot']> {
    return this.log.snapshot(...given);
  }
  attempts(...given: Parameters<LaneStore['attempts']>): ReturnType<LaneStore['attempts']> {
    return this.log.attempts(...given);
  }
  deadLetters(...given: Parameters<LaneStore['deadLetters']>): ReturnType<LaneStore['deadLetters']> {
    return this.log.deadLetters(...given);
  }
  deadRows(...given: Parameters<LaneStore['deadRows']>): ReturnType<LaneStore['deadRows']> {
    return this.log.deadRows(...given);
  }
  units(...given: Parameters<LaneStore['units']>): ReturnType<LaneStore['units']> {
    return this.log.units(...given);
  }
  series(...given: Parameters<LaneStore['series']>): ReturnType<LaneStore['series']> {
    return this.log.series(...given);
  }
  endedAt(...given: Parameters<LaneStore['endedAt']>): ReturnType<LaneStore['endedAt']> {
    return this.log.endedAt(...given);
  }
  restingExportLanes(limit: number): Promise<readonly string[]> {
    return this.log.restingExportLanes(limit);
  }
  deadAt(...given: Parameters<LaneStore['deadAt']>): ReturnType<LaneStore['deadAt']> {
    return this.log.deadAt(...given);
  }
}

const refuse = (message: string): Promise<never> => Promise.reject(new HooklineError('store_unavailable', message));
