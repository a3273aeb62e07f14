// The readable reference of a log driver, and what the simulation runs on: a commit is one synchronous step, so a crash falls before or after it, never inside.
import type { ControlRow, EventRow, LogRow } from '@hookline/core';
import { addBuckets, SERIES_STEPS, seriesOf, type SeriesRow } from '../delivery-series.ts';
import type { AttemptRow, DeadRow, Ending, LaneOp, LaneRow, LaneSnapshot, LaneState, LaneStore, UnitRow } from '../lane-store.ts';
import { type EventSearchQuery, type FoundEvent, isSearched } from '../event-search.ts';
import { type BlockCount, blockOf, dayOf, EVENT_OVERHEAD_BYTES, type EventQuery, type LaneEdge } from '../event-history.ts';
import type { CallerId, IdempotencyRow, IdRunRow, LogBackend, LogCommit, LogHeader, MappedAccount, NeededPositions, NewRow, OldRowLimits, OldRows } from '../log-backend.ts';

const NO_NUMBERS = { matched: 0, delivered: 0, dead: 0, cancelled: 0, expired: 0, attempts: 0 };
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class MemoryLogBackend implements LogBackend {
  readonly shard: number;
  #header: LogHeader;
  #scanned = 0;
  #rows: NewRow[] = [];
  readonly #lanes = new Map<string, Mutable<LaneRow>>();
  readonly #units = new Map<string, UnitRow>();
  #dead: DeadRow[] = [];
  #deadIds = 0;
  /** `row` null = an ending that is no attempt. */
  #attempts: { readonly id: number; readonly hookId: string; readonly at: number; readonly row: AttemptRow | null; readonly ended: readonly number[]; readonly ending: Ending }[] = [];
  #attemptIds = 0;
  readonly #idempotent = new Map<string, IdempotencyRow>();
  readonly #series = new Map<string, SeriesRow>();
  readonly #counts = new Map<number, Mutable<BlockCount>[]>();
  #mapped = 0;
  #runs: IdRunRow[] = [];
  readonly #parts = new Map<string, Uint8Array>();

  constructor(shard: number, logId: string) {
    this.shard = shard;
    this.#header = { logId, sequence: 0, end: 0, time: 0 };
  }

  async header(): Promise<LogHeader> {
    return this.#header;
  }

  async commit(commit: LogCommit): Promise<void> {
    this.#header = { logId: this.#header.logId, sequence: commit.sequence, end: commit.end, time: commit.time };
    this.#rows.push(...commit.rows);
    for (const row of commit.idempotency) this.#idempotent.set(JSON.stringify([row.accountId, row.path, row.key]), row);
    for (const op of commit.lane) this.#apply(op);
    for (const row of seriesOf(commit.lane)) this.#addSeries(row);
    for (const old of commit.remove) this.#remove(old);
    for (const p of commit.runParts) this.#parts.set(`${p.run}/${p.part}`, p.entries);
    if (commit.run) this.#runs.push(commit.run);
  }

  #remove(old: OldRows): void {
    for (const row of this.#rows) if (row.kind === 'event' && old.events.includes(row.position)) this.#count(blockOf(row.position), row, -1);
    this.#rows = this.#rows.filter((row) => !old.events.includes(row.position));
    for (const { stepMs, before, rows } of old.series) {
      const gone = [...this.#series].filter(([, row]) => row.stepMs === stepMs && row.at < before).sort(([, a], [, b]) => a.at - b.at);
      for (const [key] of gone.slice(0, rows)) this.#series.delete(key);
    }
    this.#attempts = this.#attempts.filter((a) => !old.attempts.includes(a.id));
    this.#dead = this.#dead.filter((d) => !old.dead.includes(d.id));
    this.#runs = this.#runs.filter((r) => !old.runs.includes(r.run));
    for (const key of this.#parts.keys()) if (old.runs.includes(Number(key.split('/')[0]))) this.#parts.delete(key);
    for (const [key, row] of this.#idempotent) if (old.idempotencyThrough !== null && row.time <= old.idempotencyThrough) this.#idempotent.delete(key);
  }

  #addSeries(row: SeriesRow): void {
    const key = `${row.stepMs} ${row.at} ${row.hookId}`;
    const known = this.#series.get(key);
    this.#series.set(key, known ? { ...row, ...addBuckets(known, row) } : row);
  }
  #oldSeries(limits: OldRowLimits, limit: number): OldRows['series'] {
    return SERIES_STEPS.flatMap(({ stepMs, keptMs }) => {
      const before = limits.nowMs - keptMs;
      const rows = Math.min(limit, [...this.#series.values()].filter((row) => row.stepMs === stepMs && row.at < before).length);
      return rows > 0 ? [{ stepMs, before, rows }] : [];
    });
  }

  #apply(op: LaneOp): void {
    switch (op.op) {
      case 'lane': {
        const lane: Mutable<LaneRow> = this.#lanes.get(op.laneId) ?? { laneId: op.laneId, hookId: op.hookId, accountId: op.accountId, assigned: 0, behind: false, round: 0, change: 0, hold: null, ...NO_NUMBERS };
        if (op.assigned !== undefined) lane.assigned = op.assigned;
        if (op.behind !== undefined) lane.behind = op.behind;
        if (op.round !== undefined) lane.round = op.round;
        if (op.change !== undefined) lane.change = op.change;
        if (op.hold !== undefined) lane.hold = op.hold;
        if (op.succeededAt !== undefined) lane.succeededAt = op.succeededAt;
        if (op.scanned !== undefined) lane.scanned = op.scanned;
        for (const name of Object.keys(NO_NUMBERS) as (keyof typeof NO_NUMBERS)[]) lane[name] += op.add?.[name] ?? 0;
        this.#lanes.set(op.laneId, lane);
        return;
      }
      case 'lane_gone':
        this.#lanes.delete(op.laneId);
        return;
      case 'scanned':
        this.#scanned = op.position;
        return;
      case 'unit':
        this.#units.set(op.unit.key, op.unit);
        return;
      case 'unit_gone':
        this.#units.delete(op.key);
        return;
      case 'dead':
        this.#dead.push({ id: ++this.#deadIds, ...op.row });
        return;
      case 'dead_gone':
        this.#dead = this.#dead.filter((d) => d.id !== op.id);
        return;
      case 'redrive_asked':
        // Who delivers from memory is in this process and is asked directly.
        return;
      case 'block':
        this.#counts.set(op.block, op.counts.map((count) => ({ ...count })));
        this.#mapped = op.block + 1;
        return;
      case 'attempts':
        this.#attempts.push(...op.rows.map(({ taken = [], ...row }) => ({ id: ++this.#attemptIds, hookId: op.hookId, at: row.startedAt, row, ended: taken, ending: { fate: 'delivered' as const, deliveryId: row.deliveryId } })));
        return;
      case 'ended':
        this.#attempts.push({ id: ++this.#attemptIds, hookId: op.hookId, at: op.at, row: null, ended: op.positions, ending: op.ending });
        return;
    }
  }

  /** Rows are in order of position: the place of the first one at or above this. */
  #placeOf(position: number): number {
    let [from, to] = [0, this.#rows.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#rows[middle] as NewRow).position < position) from = middle + 1;
      else to = middle;
    }
    return from;
  }
  #at(positions: readonly number[]): NewRow[] {
    return positions.flatMap((position) => {
      const row = this.#rows[this.#placeOf(position)];
      return row?.position === position ? [row] : [];
    });
  }

  async readRows(after: number, through: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<readonly LogRow[]> {
    const page: LogRow[] = [];
    let bytes = 0;
    for (let i = this.#placeOf(after + 1); i < this.#rows.length; i++) {
      const row = this.#rows[i] as NewRow;
      if (row.position > through) break;
      page.push(row);
      bytes += row.kind === 'event' ? row.base.length : 0;
      if (page.length === limits.rowsMax || bytes >= limits.bytesMax) break;
    }
    return page;
  }
  async readAt(positions: readonly number[]): Promise<readonly LogRow[]> {
    return this.#at(positions);
  }
  async firstAt(timeMs: number): Promise<number | null> {
    return this.#rows.find((row) => row.time >= timeMs)?.position ?? null;
  }
  async callerIds(after: number, limit: number): Promise<readonly CallerId[]> {
    return callersOf(this.#rows.slice(this.#placeOf(after + 1))).slice(0, limit);
  }
  async callerIdsAt(positions: readonly number[]): Promise<readonly CallerId[]> {
    return callersOf(this.#at(positions));
  }
  async idRuns(sinceMs: number): Promise<readonly IdRunRow[]> {
    return this.#runs.map((run) => (run.time >= sinceMs ? run : { ...run, filter: null }));
  }
  async idRunPart(run: number, part: number): Promise<Uint8Array | null> {
    return this.#parts.get(`${run}/${part}`) ?? null;
  }
  async idempotent(accountId: number, path: string, key: string): Promise<IdempotencyRow | null> {
    return this.#idempotent.get(JSON.stringify([accountId, path, key])) ?? null;
  }

  async load(): Promise<LaneState> {
    return { lanes: [...this.#lanes.values()].map((lane) => ({ ...lane })), units: [...this.#units.values()], scanned: this.#scanned };
  }
  async scanned(): Promise<number> {
    return this.#scanned;
  }
  async controls(): Promise<readonly ControlRow[]> {
    return this.#rows.filter((row) => row.kind === 'control');
  }
  async snapshot(hookIds: readonly string[]): Promise<ReadonlyMap<string, LaneSnapshot>> {
    return new Map(
      hookIds.flatMap((id) => {
        const lane = this.#lanes.get(id);
        if (!lane) return [];
        const open = [...this.#units.values()].filter((u) => u.laneId === id);
        const count = (state: string): number => open.reduce((n, u) => n + (u.state === state ? u.positions.length : 0), 0);
        return [[id, { ...lane, waiting: count('waiting'), inFlight: count('in_flight'), oldestOpen: open.length > 0 ? Math.min(...open.map((u) => u.positions[0] ?? 0)) : null }] as const];
      }),
    );
  }
  async units(laneId: string): Promise<readonly UnitRow[]> {
    return [...this.#units.values()].filter((u) => u.laneId === laneId);
  }
  async attempts(hookId: string, page: { readonly limit: number; readonly after: string | null }): ReturnType<LaneStore['attempts']> {
    const below = page.after === null ? Number.POSITIVE_INFINITY : Number(page.after);
    const rows = this.#attempts.flatMap(({ id, hookId: of, row }) => (of === hookId && id < below && row !== null ? [{ id, row }] : [])).reverse();
    const data = rows.slice(0, page.limit);
    return { data: data.map((a) => a.row), next: rows.length > page.limit ? String(data.at(-1)?.id) : null };
  }
  async deadLetters(hookId: string, page: { readonly limit: number; readonly after: number | null }): ReturnType<LaneStore['deadLetters']> {
    const rows = this.#dead.filter((d) => d.hookId === hookId && d.id < (page.after ?? Number.POSITIVE_INFINITY)).sort((a, b) => b.id - a.id);
    const data = rows.slice(0, page.limit);
    return { data, next: rows.length > page.limit ? (data.at(-1) as DeadRow).id : null };
  }
  async deadRows(hookId: string, ids: readonly number[] | null, after: number, limit: number): Promise<readonly DeadRow[]> {
    return this.#dead.filter((d) => d.hookId === hookId && d.id > after && (ids === null || ids.includes(d.id))).slice(0, limit);
  }
  async series(hookIds: readonly string[], stepMs: number, times: readonly number[]): ReturnType<LaneStore['series']> {
    return [...this.#series.values()].filter((row) => row.stepMs === stepMs && times.includes(row.at) && hookIds.includes(row.hookId));
  }
  async deadAt(hookId: string, position: number): Promise<DeadRow | null> {
    return this.#dead.findLast((d) => d.laneId === hookId && d.position === position) ?? null;
  }
  async endedAt(hookId: string, position: number): Promise<Ending | null> {
    return this.#attempts.findLast((a) => a.hookId === hookId && a.ended.includes(position))?.ending ?? null;
  }
  async restingExportLanes(limit: number): Promise<readonly string[]> {
    const isResting = ({ laneId, hookId }: LaneRow): boolean => laneId !== hookId && ![...this.#units.values()].some((unit) => unit.laneId === laneId) && !this.#dead.some((dead) => dead.laneId === laneId);
    return [...this.#lanes.values()].filter(isResting).map(({ laneId }) => laneId).sort().slice(0, limit);
  }
  async needed(): Promise<NeededPositions> {
    const lastAction = new Map((await this.controls()).map(({ record }) => [record.hookId, record.action]));
    const isOff = (hookId: string): boolean => ['deactivated', 'deleted'].includes(lastAction.get(hookId) ?? '');
    const behind = [...this.#lanes.values()].filter((lane) => lane.behind && lane.laneId === lane.hookId && !isOff(lane.hookId));
    const ofAccount = new Map<number, number>();
    const need = (accountId: number, position: number): unknown => ofAccount.set(accountId, Math.min(ofAccount.get(accountId) ?? position, position));
    for (const unit of this.#units.values()) need(unit.accountId, unit.positions[0] ?? 0);
    for (const lane of behind) need(lane.accountId, lane.assigned + 1);
    return { ofAll: this.#scanned + 1, ofAccount };
  }
  async deadAmong(positions: readonly number[]): Promise<readonly number[]> {
    return positions.filter((position) => this.#dead.some((dead) => dead.position === position));
  }
  async mappedAccounts(): Promise<readonly MappedAccount[]> {
    const accounts = new Map<number, Mutable<MappedAccount>>();
    for (const [block, counts] of [...this.#counts].sort(([a], [b]) => a - b))
      for (const { accountId, bytes, events } of counts) {
        if (events === 0) continue;
        const account = accounts.get(accountId) ?? { accountId, firstBlock: block, bytes: 0 };
        accounts.set(accountId, { ...account, bytes: account.bytes + bytes });
      }
    return [...accounts.values()].sort((a, b) => a.accountId - b.accountId);
  }
  async bytesOfBlocks(accountId: number): Promise<readonly { readonly block: number; readonly bytes: number }[]> {
    const blocks = [...this.#counts].map(([block, counts]) => ({ block, bytes: counts.reduce((sum, c) => sum + (c.accountId === accountId ? c.bytes : 0), 0) }));
    return blocks.filter(({ bytes }) => bytes > 0).sort((a, b) => a.block - b.block);
  }
  async oldRows(limits: OldRowLimits, limit: number): Promise<OldRows> {
    const needed = await this.needed();
    const floor = Math.min(needed.ofAll, ...needed.ofAccount.values());
    const firstRows = this.#rows.filter((row) => row.position > limits.eventsAfter && row.position < floor).slice(0, limit);
    const looked = firstRows.filter((row) => limits.eventsBefore !== null && row.time < limits.eventsBefore);
    const events = looked.filter((row) => row.kind === 'event' && row.time < (limits.eventsBeforeOf(row.accountId) ?? 0) && !this.#dead.some((d) => d.position === row.position)).map((row) => row.position);
    const attempts = this.#attempts.slice(0, limit).filter((a) => limits.attemptsBefore !== null && a.at < limits.attemptsBefore);
    const dead = this.#dead.slice(0, limit).filter((d) => limits.deadBefore !== null && d.diedAt < limits.deadBefore);
    const requests = [...this.#idempotent.values()].filter((row) => row.time < limits.idempotencyBefore).sort((a, b) => a.time - b.time).slice(0, limit);
    const series = this.#oldSeries(limits, limit);
    const firstEvent = this.#rows.find((row) => row.kind === 'event')?.position ?? 0;
    const runs = this.#runs.filter((run) => run.through < firstEvent).slice(0, 1);
    return {
      series, events, eventsThrough: looked.at(-1)?.position ?? limits.eventsAfter, attempts: attempts.map((a) => a.id), dead: dead.map((d) => d.id), runs: runs.map((r) => r.run),
      idempotencyThrough: requests.at(-1)?.time ?? null, more: [looked, attempts, dead, requests].some((rows) => rows.length === limit) || series.some(({ rows }) => rows === limit),
    };
  }
  async nextPosition(after: number): Promise<number | null> {
    return this.#rows.find((row) => row.position > after)?.position ?? null;
  }
  async mappedBlocks(): Promise<number> {
    return this.#mapped;
  }
  async countBlock(block: number): Promise<readonly BlockCount[]> {
    const counts = new Map<string, Mutable<BlockCount>>();
    for (const row of this.#rows) {
      if (row.kind !== 'event' || blockOf(row.position) !== block) continue;
      const count = { accountId: row.accountId, day: dayOf(row.eventTimeMs), eventType: row.eventType, events: 0, bytes: 0 };
      const key = JSON.stringify(count);
      counts.set(key, counts.get(key) ?? count);
      const known = counts.get(key) as Mutable<BlockCount>;
      known.events++;
      known.bytes += bytesOf(row);
    }
    return [...counts.values()];
  }
  /** Only of a block that is in the map. */
  #count(block: number, row: EventRow, add: number): void {
    const { accountId, eventType, eventTimeMs } = row;
    const count = this.#counts.get(block)?.find((c) => c.accountId === accountId && c.eventType === eventType && c.day === dayOf(eventTimeMs));
    if (!count) return;
    count.events += add;
    count.bytes += add * bytesOf(row);
  }
  #inBlocks(query: EventQuery, fromBlock: number, endBlock: number): { readonly block: number; readonly events: number }[] {
    const isAsked = (c: BlockCount): boolean => c.accountId === query.accountId && (query.eventTypes?.includes(c.eventType) ?? true) && c.day >= query.fromDay && c.day <= (query.throughDay ?? Number.POSITIVE_INFINITY) && c.events > 0;
    return [...this.#counts].flatMap(([block, counts]) => (block >= fromBlock && block < endBlock ? counts.filter(isAsked).map(({ events }) => ({ block, events })) : []));
  }
  async nextBlock(query: EventQuery, fromBlock: number, endBlock: number): Promise<number | null> {
    const blocks = this.#inBlocks(query, fromBlock, endBlock).map(({ block }) => block);
    return blocks.length > 0 ? Math.min(...blocks) : null;
  }
  async countInBlocks(query: EventQuery, fromBlock: number, endBlock: number): Promise<number> {
    return this.#inBlocks(query, fromBlock, endBlock).reduce((sum, { events }) => sum + events, 0);
  }
  #found(query: EventQuery, after: number, through: number): EventRow[] {
    const isAsked = (row: EventRow): boolean => row.accountId === query.accountId && (query.eventTypes?.includes(row.eventType) ?? true) && dayOf(row.eventTimeMs) >= query.fromDay && dayOf(row.eventTimeMs) <= (query.throughDay ?? Number.POSITIVE_INFINITY);
    return this.#rows.flatMap((row) => (row.kind === 'event' && row.position > after && row.position <= through && isAsked(row) ? [row] : []));
  }
  async countEvents(query: EventQuery, after: number, through: number): Promise<number> {
    return this.#found(query, after, through).length;
  }
  async findEvents(query: EventQuery, after: number, through: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<readonly EventRow[]> {
    let bytes = 0;
    const found = this.#found(query, after, through).slice(0, limits.rowsMax);
    const over = found.findIndex((_row, i) => i > 0 && (bytes += (found[i - 1] as EventRow).base.length) >= limits.bytesMax);
    return over === -1 ? found : found.slice(0, over);
  }
  async laneEdge(laneId: string): Promise<LaneEdge> {
    const lane = this.#lanes.get(laneId);
    const assigned = lane?.behind ? lane.assigned : Math.max(lane?.assigned ?? 0, this.#scanned);
    const open = [...this.#units.values()].filter((u) => u.laneId === laneId).flatMap((u) => u.positions);
    return { assigned, open: open.filter((position) => position <= assigned).sort((a, b) => a - b) };
  }
  async searchEvents(query: EventSearchQuery, after: number, through: number, limit: number): Promise<readonly FoundEvent[]> {
    const found = this.#rows.filter((row) => row.kind === 'event' && row.position > after && row.position <= through && isSearched(query, row)) as (EventRow & NewRow)[];
    return found.reverse().slice(0, limit).map((row) => ({ position: row.position, bytes: row.base.length + (row.profile?.length ?? 0) + (row.customData?.length ?? 0) }));
  }
  async blockBelow({ accountId, eventTypes }: EventSearchQuery, fromBlock: number, endBlock: number): Promise<number | null> {
    const isAsked = (c: BlockCount): boolean => c.accountId === accountId && (eventTypes === null || eventTypes.includes(c.eventType)) && c.events > 0;
    const blocks = [...this.#counts].flatMap(([block, counts]) => (block >= fromBlock && block < endBlock && counts.some(isAsked) ? [block] : []));
    return blocks.length > 0 ? Math.max(...blocks) : null;
  }
  async rowAtOrBelow(position: number): ReturnType<LogBackend['rowAtOrBelow']> {
    return this.#rows[this.#placeOf(position + 1) - 1] ?? null;
  }
  async durability(): Promise<string | null> {
    return 'the log is in memory only';
  }
  async close(): Promise<void> {}
}

const callersOf = (rows: readonly NewRow[]): CallerId[] =>
  rows.flatMap((row) => (row.kind === 'event' && row.callerId !== null ? [{ position: row.position, time: row.time, accountId: row.accountId, callerId: row.callerId }] : []));

const bytesOf = (row: EventRow): number => Buffer.byteLength(row.base) + Buffer.byteLength(row.profile ?? '') + Buffer.byteLength(row.customData ?? '') + EVENT_OVERHEAD_BYTES;
