// A shard of the log as somebody sees it who is not its appender: a process that does not live long enough to be one (Workers), one that only delivers, or an edge beside
// the shard's own. It reads the database itself, and appends by whatever way it is given. What it knows of the end is as old as its last look.
import { type ControlRecord, type ControlRow, type EventRow, HooklineError, parseServerEventId } from '@hookline/core';
import { EventHistory } from '../event-history.ts';
import type { AppendRequest, AppendResult, EventLog, LogPage } from '../event-log.ts';
import type { LaneOp, LaneState, LaneStore } from '../lane-store.ts';
import { HeadRows } from '../shared/head-rows.ts';
import type { LaneWriter } from '../shared/lane-writer.ts';
import type { RedriveRequest } from '../shared/redrive-request.ts';
import type { SqlLogBackend } from '../sql/sql-log-backend.ts';

/** How events get into the shard. Both reject as `EventLog` says. */
export interface Appender {
  append(request: AppendRequest): Promise<AppendResult>;
  appendControl(record: ControlRecord): Promise<number>;
  /** The position of an event by its caller's id, as far as the appender can tell. */
  positionOf(accountId: number, callerId: string): Promise<number | null>;
}

export interface ObservedLogMode {
  /** Somebody calls `look` again and again: what is new is read once for all readers, who are told. Left out, every read looks. */
  readonly follows?: boolean;
  /** Takes changes of lanes that need no lease. Left out, there are none. */
  readonly writer?: LaneWriter;
}

/** A longer distance than this is not read ahead: readers go through it themselves. */
const READ_AHEAD = { rowsMax: 2_000, bytesMax: 4 * 1024 * 1024 };

export class ObservedLog implements EventLog, LaneStore {
  readonly shard: number;
  readonly logId: string;
  readonly history: EventHistory;
  readonly #backend: SqlLogBackend;
  readonly #appender: Appender;
  readonly #mode: ObservedLogMode;
  readonly #head = new HeadRows();
  readonly #listeners = new Set<(end: number) => void>();
  #end: number;

  private constructor(backend: SqlLogBackend, appender: Appender, mode: ObservedLogMode, header: { readonly logId: string; readonly end: number }) {
    this.#backend = backend;
    this.#appender = appender;
    this.#mode = mode;
    this.shard = backend.shard;
    this.logId = header.logId;
    this.#end = header.end;
    this.history = new EventHistory(backend, () => this.#end, () => notHere());
  }

  static async open(backend: SqlLogBackend, appender: Appender, mode: ObservedLogMode = {}): Promise<ObservedLog> {
    return new ObservedLog(backend, appender, mode, await backend.observe());
  }

  /** Looks how far the log has come. */
  async look(): Promise<void> {
    const header = await this.#backend.observe();
    if (header.logId !== this.logId) throw new HooklineError('invariant_broken', 'the database holds another log than before');
    if (header.end <= this.#end) return;
    if (this.#mode.follows) await this.#readAhead(header.end);
    this.#end = Math.max(this.#end, header.end);
    for (const listener of this.#listeners) listener(this.#end);
  }

  async #readAhead(end: number): Promise<void> {
    const rows = await this.#backend.readRows(this.#end, end, READ_AHEAD);
    const last = rows.at(-1)?.position ?? end;
    // What comes behind the last row, if anything, is not known: rows may have hit the limit.
    this.#head.add(this.#end, last, rows);
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    const result = await this.#appender.append(request);
    if (result.kind === 'stored') for (const { position } of result.items) this.#end = Math.max(this.#end, position);
    return result;
  }
  appendControl(record: ControlRecord): Promise<number> {
    return this.#appender.appendControl(record);
  }

  end(): number {
    return this.#end;
  }
  /** Told by `look`. */
  onAppend(listener: (end: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async read(after: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<LogPage> {
    if (!this.#mode.follows) await this.look();
    const end = this.#end;
    const rows = this.#head.after(after, limits) ?? (after >= end ? [] : await this.#backend.readRows(after, end, limits));
    const last = rows.at(-1)?.position ?? end;
    return { rows, through: last < end ? last : Math.max(after, end) };
  }
  /** Nothing is at hand here. */
  keepFor(): void {}
  async readAt(positions: readonly number[]): Promise<readonly EventRow[]> {
    return (await this.#backend.readAt(positions)).filter((row) => row.kind === 'event');
  }
  async positionAt(timeMs: number): Promise<number> {
    if (!this.#mode.follows) await this.look();
    return (await this.#backend.firstAt(timeMs)) ?? this.#end + 1;
  }
  async findEvent(accountId: number, eventId: string): Promise<EventRow | null> {
    const made = parseServerEventId(eventId);
    if (made && made.logId === this.logId && made.shard === this.shard) {
      const [row] = await this.readAt([made.position]);
      if (row && row.accountId === accountId && row.eventId === eventId) return row;
    }
    const position = await this.#appender.positionOf(accountId, eventId);
    return position === null ? null : ((await this.readAt([position]))[0] ?? null);
  }

  /** Lanes belong to whoever delivers: what changes them carries a lease. */
  commit(ops: readonly LaneOp[]): Promise<void> {
    return this.#mode.writer?.commit({ ops, fences: [], scannedSlots: [] }) ?? notHere();
  }
  load(): Promise<LaneState> {
    return this.#backend.load();
  }
  scanned(accountId: number): Promise<number> {
    return this.#backend.scanned(accountId);
  }
  /** Of each slot that is named, how far its lanes have been matched. */
  scannedOf(slots: readonly number[]): Promise<readonly number[]> {
    return this.#backend.scannedOf(slots);
  }
  redrives(): Promise<readonly RedriveRequest[]> {
    return this.#backend.redrives();
  }
  endRedrive(id: number): Promise<void> {
    return this.#backend.endRedrive(id);
  }
  controls(): Promise<readonly ControlRow[]> {
    return this.#backend.controls();
  }
  snapshot(...given: Parameters<LaneStore['snapshot']>): ReturnType<LaneStore['snapshot']> {
    return this.#backend.snapshot(...given);
  }
  attempts(...given: Parameters<LaneStore['attempts']>): ReturnType<LaneStore['attempts']> {
    return this.#backend.attempts(...given);
  }
  deadLetters(...given: Parameters<LaneStore['deadLetters']>): ReturnType<LaneStore['deadLetters']> {
    return this.#backend.deadLetters(...given);
  }
  deadRows(...given: Parameters<LaneStore['deadRows']>): ReturnType<LaneStore['deadRows']> {
    return this.#backend.deadRows(...given);
  }
  units(...given: Parameters<LaneStore['units']>): ReturnType<LaneStore['units']> {
    return this.#backend.units(...given);
  }
  series(...given: Parameters<LaneStore['series']>): ReturnType<LaneStore['series']> {
    return this.#backend.series(...given);
  }
  restingExportLanes(limit: number): Promise<readonly string[]> {
    return this.#backend.restingExportLanes(limit);
  }
  deadAt(...given: Parameters<LaneStore['deadAt']>): ReturnType<LaneStore['deadAt']> {
    return this.#backend.deadAt(...given);
  }
  endedAt(...given: Parameters<LaneStore['endedAt']>): ReturnType<LaneStore['endedAt']> {
    return this.#backend.endedAt(...given);
  }

  /** null = what is appended directly is durable; else why not. */
  durability(): Promise<string | null> {
    return this.#backend.durability();
  }
  close(): Promise<void> {
    return this.#backend.close();
  }
}

const notHere = (): Promise<never> => Promise.reject(new HooklineError('store_unavailable', 'this process does not write lanes'));
