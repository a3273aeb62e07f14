// A shard of the log as somebody sees it who is not its appender: a process that does not live long enough to be one (Workers). It reads the database itself, and
// appends by whatever way it is given. What it knows of the end is as old as its last look.
import { type ControlRecord, type ControlRow, type EventRow, HooklineError, parseServerEventId } from '@hookline/core';
import { EventHistory } from '../event-history.ts';
import type { AppendRequest, AppendResult, EventLog, LogPage } from '../event-log.ts';
import type { LaneState, LaneStore } from '../lane-store.ts';
import type { SqlLogBackend } from '../sql/sql-log-backend.ts';

/** How events get into the shard. Both reject as `EventLog` says. */
export interface Appender {
  append(request: AppendRequest): Promise<AppendResult>;
  appendControl(record: ControlRecord): Promise<number>;
  /** The position of an event by its caller's id, as far as the appender can tell. */
  positionOf(accountId: number, callerId: string): Promise<number | null>;
}

export class ObservedLog implements EventLog, LaneStore {
  readonly shard: number;
  readonly logId: string;
  readonly history: EventHistory;
  readonly #backend: SqlLogBackend;
  readonly #appender: Appender;
  #end: number;

  private constructor(backend: SqlLogBackend, appender: Appender, header: { readonly logId: string; readonly end: number }) {
    this.#backend = backend;
    this.#appender = appender;
    this.shard = backend.shard;
    this.logId = header.logId;
    this.#end = header.end;
    this.history = new EventHistory(backend, () => this.#end, () => notHere());
  }

  static async open(backend: SqlLogBackend, appender: Appender): Promise<ObservedLog> {
    return new ObservedLog(backend, appender, await backend.observe());
  }

  /** Looks how far the log has come. */
  async look(): Promise<void> {
    const header = await this.#backend.observe();
    if (header.logId !== this.logId) throw new HooklineError('invariant_broken', 'the database holds another log than before');
    this.#end = Math.max(this.#end, header.end);
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
  /** Nobody tells. */
  onAppend(): () => void {
    return () => {};
  }

  async read(after: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<LogPage> {
    await this.look();
    const end = this.#end;
    const rows = after >= end ? [] : await this.#backend.readRows(after, end, limits);
    const last = rows.at(-1)?.position ?? end;
    return { rows, through: last < end ? last : Math.max(after, end) };
  }
  /** Nothing is at hand here. */
  keepFor(): void {}
  async readAt(positions: readonly number[]): Promise<readonly EventRow[]> {
    return (await this.#backend.readAt(positions)).filter((row) => row.kind === 'event');
  }
  async positionAt(timeMs: number): Promise<number> {
    await this.look();
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

  /** Lanes belong to whoever delivers. */
  commit(): Promise<void> {
    return notHere();
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
