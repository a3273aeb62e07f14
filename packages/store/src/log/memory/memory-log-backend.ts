// The readable reference of a log driver, and what the simulation runs on: a commit is one synchronous step, so a crash falls before or after it, never inside.
import type { ControlRow, EventRow, LogRow } from '@hookline/core';
import type { AttemptRow, DeadRow, LaneOp, LaneRow, LaneSnapshot, LaneState, LaneStore, UnitRow } from '../lane-store.ts';
import type { CallerId, IdempotencyRow, IdRunRow, LogBackend, LogCommit, LogHeader, NewRow } from '../log-backend.ts';

const NO_NUMBERS = { matched: 0, delivered: 0, dead: 0, cancelled: 0, expired: 0, attempts: 0 };
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class MemoryLogBackend implements LogBackend {
  readonly shard: number;
  #header: LogHeader;
  #scanned = 0;
  readonly #rows: NewRow[] = [];
  readonly #lanes = new Map<string, Mutable<LaneRow>>();
  readonly #units = new Map<string, UnitRow>();
  readonly #dead: DeadRow[] = [];
  #deadIds = 0;
  readonly #attempts = new Map<string, AttemptRow[]>();
  readonly #idempotent = new Map<string, IdempotencyRow>();
  readonly #runs: IdRunRow[] = [];
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
    for (const p of commit.runParts) this.#parts.set(`${p.run}/${p.part}`, p.entries);
    if (commit.run) this.#runs.push(commit.run);
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
        for (const name of Object.keys(NO_NUMBERS) as (keyof typeof NO_NUMBERS)[]) lane[name] += op.add?.[name] ?? 0;
        this.#lanes.set(op.laneId, lane);
        return;
      }
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
        this.#dead.splice(0, this.#dead.length, ...this.#dead.filter((d) => d.id !== op.id));
        return;
      case 'attempts':
        this.#attempts.set(op.hookId, [...(this.#attempts.get(op.hookId) ?? []), ...op.rows]);
        return;
    }
  }

  async readRows(after: number, through: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<readonly LogRow[]> {
    const page: LogRow[] = [];
    let bytes = 0;
    for (const row of this.#rows) {
      if (row.position <= after || row.position > through) continue;
      page.push(row);
      bytes += row.kind === 'event' ? row.base.length : 0;
      if (page.length === limits.rowsMax || bytes >= limits.bytesMax) break;
    }
    return page;
  }
  async readAt(positions: readonly number[]): Promise<readonly LogRow[]> {
    const wanted = new Set(positions);
    return this.#rows.filter((row) => wanted.has(row.position));
  }
  async firstAt(timeMs: number): Promise<number | null> {
    return this.#rows.find((row) => row.time >= timeMs)?.position ?? null;
  }
  async callerIds(after: number, limit: number): Promise<readonly CallerId[]> {
    return this.#callers((row) => row.position > after).slice(0, limit);
  }
  async callerIdsAt(positions: readonly number[]): Promise<readonly CallerId[]> {
    return this.#callers((row) => positions.includes(row.position));
  }
  #callers(wanted: (row: EventRow) => boolean): CallerId[] {
    return this.#rows.flatMap((row) => (row.kind === 'event' && row.callerId !== null && wanted(row) ? [{ position: row.position, time: row.time, accountId: row.accountId, callerId: row.callerId }] : []));
  }
  async idRuns(): Promise<readonly IdRunRow[]> {
    return this.#runs;
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
    const rows = this.#attempts.get(hookId) ?? [];
    const end = page.after === null ? rows.length : Number(page.after);
    const from = Math.max(0, end - page.limit);
    return { data: rows.slice(from, end).reverse(), next: from > 0 ? String(from) : null };
  }
  async deadLetters(hookId: string, page: { readonly limit: number; readonly after: number | null }): ReturnType<LaneStore['deadLetters']> {
    const rows = this.#dead.filter((d) => d.hookId === hookId && d.id < (page.after ?? Number.POSITIVE_INFINITY)).sort((a, b) => b.id - a.id);
    const data = rows.slice(0, page.limit);
    return { data, next: rows.length > page.limit ? (data.at(-1) as DeadRow).id : null };
  }
  async deadRows(hookId: string, ids: readonly number[] | null, after: number, limit: number): Promise<readonly DeadRow[]> {
    return this.#dead.filter((d) => d.hookId === hookId && d.id > after && (ids === null || ids.includes(d.id))).slice(0, limit);
  }
  async deadAt(hookId: string, position: number): Promise<DeadRow | null> {
    return this.#dead.findLast((d) => d.hookId === hookId && d.position === position) ?? null;
  }
  async close(): Promise<void> {}
}
