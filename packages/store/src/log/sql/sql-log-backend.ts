// The log on any SQL executor: embedded file or libSQL server. All statements of the log are here and in commit-statements.ts.
import { randomUUID } from 'node:crypto';
import { type ControlRow, type EventRow, HooklineError, isHooklineError, type LogRow, serverEventId } from '@hookline/core';
import type { AttemptRow, DeadRow, Ending, HoldState, LaneRow, LaneSnapshot, LaneState, LaneStore, UnitLifecycle, UnitRow } from '../lane-store.ts';
import { type CallerId, type IdempotencyRow, type IdRunRow, isIngest, type LogBackend, type LogCommit, type LogHeader, type MappedAccount, type NeededPositions, type OldRowLimits, type OldRows } from '../log-backend.ts';
import type { BlockCount, EventQuery, LaneEdge } from '../event-history.ts';
import type { EventSearchQuery, FoundEvent } from '../event-search.ts';
import { countBlock, countEvents, countInBlocks, EVENT_CONDITION, eventArgs, laneEdge, nextBlock } from './block-map.ts';
import { commitStatements } from './commit-statements.ts';
import { EVENT_COLUMNS } from './event-page.ts';
import { readSeries } from './series-sql.ts';
import { blockBelow, rowAtOrBelow, searchEvents } from './search-events.ts';
import { endingIn, unpackAttempts } from './packed-attempts.ts';
import { bytesOfBlocks, deadAmong, findOldRows, mappedAccounts, neededPositions, restingExportLanes } from './find-old-rows.ts';
import { decodePositions } from './positions-text.ts';
import type { RedriveRequest } from '../shared/redrive-request.ts';
import { slotOf } from '../shared/slot-of.ts';
import { bytesOf, type SqlExecutor, type SqlValue } from './sql-executor.ts';

const LANE_COLUMNS = 'lane, hook, account, assigned, behind, round, hold, matched, delivered, dead, cancelled, expired, attempts, change, scanned, succeeded_at';
const UNIT_COLUMNS = 'key, lane, hook, account, delivery, round, redrive, revision, positions, state, attempt, tries, first_at, next_at, body_hash, failed_at';
const DEAD_COLUMNS = 'id, lane, hook, account, position, event_id, delivery, round, code, message, attempts, died_at, redrive';
/** Stored rows of attempts that may have ended an event: nearly always there is one. */
const ENDINGS_PER_QUERY = 20;
/** Positions named in one query. */
const POSITIONS_PER_QUERY = 500;
/** Text of one answer: a server refuses to answer much more at once. */
const PAGE_BYTES_MAX = 4 * 1024 * 1024;
/** Requests read at once. */
const REDRIVES_MAX = 100;
const BEGIN_EPOCH = 'UPDATE header SET epoch = epoch + 1, fence = epoch + 1, owner = ? WHERE id = 1';

type Row = readonly unknown[];

export class SqlLogBackend implements LogBackend {
  readonly shard: number;
  readonly #sql: SqlExecutor;
  /** This appender, in the header as long as nobody has taken over. */
  readonly #owner = randomUUID();
  /** This appender's turn; 0 = none yet, or a commit may still be on its way: a new turn refuses it if it comes late. */
  #epoch = 0;
  #begun = false;
  #logId = '';
  constructor(shard: number, executor: SqlExecutor) {
    this.shard = shard;
    this.#sql = executor;
  }

  async header(): Promise<LogHeader> {
    await this.#sql.open();
    if (this.#epoch === 0) await this.#sql.batch([this.#begun ? { sql: `${BEGIN_EPOCH} AND owner = ?`, args: [this.#owner, this.#owner] } : { sql: BEGIN_EPOCH, args: [this.#owner] }], 'upkeep');
    const [row] = await this.#sql.all('SELECT log_id, sequence, last, time, epoch, owner FROM header', []);
    if (!row) throw new HooklineError('store_unavailable', 'the log has no header');
    if (row[5] !== this.#owner) throw new HooklineError('invariant_broken', 'another process has become the appender of this log');
    this.#begun = true;
    this.#epoch = row[4] as number;
    this.#logId = row[0] as string;
    return { logId: this.#logId, sequence: row[1] as number, end: row[2] as number, time: row[3] as number };
  }

  /** The header as anybody may read it, without becoming the appender. */
  async observe(): Promise<LogHeader> {
    await this.#sql.open();
    const [row] = await this.#sql.all('SELECT log_id, sequence, last, time FROM header', []);
    if (!row) throw new HooklineError('store_unavailable', 'the log has no header');
    this.#logId = row[0] as string;
    return { logId: this.#logId, sequence: row[1] as number, end: row[2] as number, time: row[3] as number };
  }

  async commit(commit: LogCommit): Promise<void> {
    try {
      await this.#sql.batch(commitStatements(commit, this.#epoch), isIngest(commit) ? 'ingest' : 'upkeep');
    } catch (error: unknown) {
      const nothingHappened = isHooklineError(error) && (error.code === 'storage_full' || error.code === 'overloaded');
      if (!nothingHappened) this.#epoch = 0;
      throw error;
    }
  }

  async readRows(after: number, through: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<readonly LogRow[]> {
    return this.#rows('position > ? AND position <= ?', [after, through], limits);
  }

  async readAt(positions: readonly number[]): Promise<readonly LogRow[]> {
    const out: LogRow[] = [];
    for (let rest = positions; rest.length > 0; ) {
      const asked = JSON.stringify(rest.slice(0, POSITIONS_PER_QUERY));
      const rows = await this.#rows('position IN (SELECT value FROM json_each(?))', [asked], { rowsMax: POSITIONS_PER_QUERY, bytesMax: PAGE_BYTES_MAX });
      out.push(...rows);
      // Nothing came: of these none is there.
      const last = rows.at(-1)?.position ?? (rest[Math.min(rest.length, POSITIONS_PER_QUERY) - 1] as number);
      rest = rest.slice(rest.findLastIndex((position) => position <= last) + 1);
    }
    return out;
  }

  async #rows(where: string, args: readonly SqlValue[], { rowsMax, bytesMax }: { readonly rowsMax: number; readonly bytesMax: number }): Promise<readonly LogRow[]> {
    const rows = await this.#sql.events({ where, args, rowsMax, bytesMax: Math.min(bytesMax, PAGE_BYTES_MAX) });
    return rows.map((row) => this.#logRow(row));
  }

  async #in(select: string, positions: readonly number[]): Promise<readonly Row[]> {
    const out: Row[] = [];
    for (let i = 0; i < positions.length; i += POSITIONS_PER_QUERY) out.push(...(await this.#sql.all(`${select} (SELECT value FROM json_each(?))`, [JSON.stringify(positions.slice(i, i + POSITIONS_PER_QUERY))])));
    return out;
  }

  #logRow(row: Row): LogRow {
    const [position, time, kind, accountId] = row as [number, number, number, number];
    if (kind === 1) return { kind: 'control', position, time, accountId, record: JSON.parse(row[14] as string) };
    return {
      kind: 'event', position, time, accountId, databaseId: row[4] as number | null, eventType: row[5] as string, resourceId: row[6] as number | null, mailingId: row[7] as number | null,
      templateId: row[8] as number | null, segmentId: row[9] as number | null, pixelId: row[10] as number | null, profileId: row[11] as string | null, eventTimeMs: row[12] as number,
      eventId: (row[13] as string | null) ?? serverEventId(this.#logId, this.shard, position), base: row[14] as string, profile: row[15] as string | null, customData: row[16] as string | null,
      contentRef: row[17] as string | null,
    } satisfies EventRow;
  }

  /** Log time never decreases along positions, so this is a binary search on the primary key. */
  async firstAt(timeMs: number): Promise<number | null> {
    const [ends] = await this.#sql.all('SELECT min(position), max(position) FROM events', []);
    let from = ends?.[0] as number | null;
    let to = ends?.[1] as number | null;
    if (from === null || to === null) return null;
    to++;
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      const [row] = await this.#sql.all('SELECT position, time FROM events WHERE position >= ? ORDER BY position LIMIT 1', [middle]);
      if (row && (row[1] as number) < timeMs) from = (row[0] as number) + 1;
      else to = middle;
    }
    const [row] = await this.#sql.all('SELECT position FROM events WHERE position >= ? ORDER BY position LIMIT 1', [from]);
    return (row?.[0] as number | undefined) ?? null;
  }

  async callerIds(after: number, limit: number): Promise<readonly CallerId[]> {
    return (await this.#sql.all('SELECT position, time, account, caller_id FROM events WHERE position > ? AND caller_id IS NOT NULL ORDER BY position LIMIT ?', [after, limit])).map(callerId);
  }
  async callerIdsAt(positions: readonly number[]): Promise<readonly CallerId[]> {
    return (await this.#in('SELECT position, time, account, caller_id FROM events WHERE caller_id IS NOT NULL AND position IN', positions)).map(callerId);
  }
  async idRuns(sinceMs: number): Promise<readonly IdRunRow[]> {
    return (await this.#sql.all('SELECT run, through, ids, time, CASE WHEN time >= ? THEN filter END FROM id_runs ORDER BY run', [sinceMs])).map(([run, through, ids, time, filter]) => ({ run: run as number, through: through as number, ids: ids as number, time: time as number, filter: filter === null ? null : bytesOf(filter) }));
  }
  async idRunPart(run: number, part: number): Promise<Uint8Array | null> {
    const [row] = await this.#sql.all('SELECT entries FROM id_run_parts WHERE run = ? AND part = ?', [run, part]);
    return row ? bytesOf(row[0]) : null;
  }
  async idempotent(accountId: number, path: string, key: string): Promise<IdempotencyRow | null> {
    const [row] = await this.#sql.all('SELECT body_hash, answer, time FROM idempotent_requests WHERE account = ? AND path = ? AND key = ?', [accountId, path, key]);
    return row ? { accountId, path, key, bodyHash: row[0] as string, answer: row[1] as string, time: row[2] as number } : null;
  }

  async load(): Promise<LaneState> {
    const lanes = (await this.#sql.all(`SELECT ${LANE_COLUMNS} FROM lanes`, [])).map(laneRow);
    const units = (await this.#sql.all(`SELECT ${UNIT_COLUMNS} FROM units`, [])).map(unitRow);
    return { lanes, units, scanned: (await this.#sql.all('SELECT scanned FROM header', []))[0]?.[0] as number };
  }
  async scanned(accountId: number): Promise<number> {
    return (await this.#sql.all('SELECT max(h.scanned, s.scanned) FROM header h JOIN slots s ON s.slot = ?', [slotOf(accountId)]))[0]?.[0] as number;
  }
  /** Of each slot that is named, how far its lanes have been matched. */
  async scannedOf(slots: readonly number[]): Promise<readonly number[]> {
    const rows = await this.#sql.all('SELECT max(h.scanned, s.scanned) FROM header h JOIN slots s ON s.slot IN (SELECT value FROM json_each(?))', [JSON.stringify(slots)]);
    return rows.map(([scanned]) => scanned as number);
  }
  /** Requests to send dead events again, for whoever delivers; oldest first. */
  async redrives(): Promise<readonly RedriveRequest[]> {
    const rows = await this.#sql.all('SELECT id, account, hook, lane, ids FROM redrives ORDER BY id LIMIT ?', [REDRIVES_MAX]);
    return rows.map(([id, accountId, hookId, laneId, ids]) => ({ id: id as number, accountId: accountId as number, hookId: hookId as string, laneId: laneId as string, ids: JSON.parse(ids as string) as number[] }));
  }
  async endRedrive(id: number): Promise<void> {
    await this.#sql.batch([{ sql: 'DELETE FROM redrives WHERE id = ?', args: [id] }], 'upkeep');
  }
  async controls(): Promise<readonly ControlRow[]> {
    const rows = await this.#sql.all(`SELECT ${EVENT_COLUMNS} FROM events WHERE kind = 1 ORDER BY position`, []);
    return rows.map((row) => this.#logRow(row) as ControlRow);
  }

  /** One statement, hence one snapshot: the numbers add up whatever is committed meanwhile. */
  async snapshot(hookIds: readonly string[]): Promise<ReadonlyMap<string, LaneSnapshot>> {
    const rows = await this.#sql.all(
      `SELECT l.lane, l.hook, l.account, l.assigned, l.behind, l.round, l.hold, l.matched, l.delivered, l.dead, l.cancelled, l.expired, l.attempts, l.change, l.scanned,
        coalesce(sum(CASE WHEN u.state = 'waiting' THEN u.count END), 0), coalesce(sum(CASE WHEN u.state = 'in_flight' THEN u.count END), 0), min(u.lowest)
        FROM lanes l LEFT JOIN units u ON u.lane = l.lane WHERE l.lane IN (SELECT value FROM json_each(?)) GROUP BY l.lane`,
      [JSON.stringify(hookIds)],
    );
    return new Map(rows.map((row) => [row[0] as string, { ...laneRow(row), waiting: row[15] as number, inFlight: row[16] as number, oldestOpen: row[17] as number | null }]));
  }

  async units(laneId: string): Promise<readonly UnitRow[]> {
    return (await this.#sql.all(`SELECT ${UNIT_COLUMNS} FROM units WHERE lane = ?`, [laneId])).map(unitRow);
  }

  /** A stored row holds one failure or many successes; the key of an attempt is `<row>.<place in it>`. */
  async attempts(hookId: string, page: { readonly limit: number; readonly after: string | null }): ReturnType<LaneStore['attempts']> {
    const [afterRow, afterPlace] = page.after === null ? [Number.MAX_SAFE_INTEGER, 0] : (page.after.split('.').map(Number) as [number, number]);
    const data: AttemptRow[] = [];
    for (let below = afterRow; ; ) {
      const rows = await this.#sql.all('SELECT id, rows FROM attempts WHERE hook = ? AND id <= ? ORDER BY id DESC LIMIT 50', [hookId, below]);
      for (const [id, text] of rows as readonly [number, string][]) {
        const packed = unpackAttempts(text);
        for (let place = (id === afterRow && page.after !== null ? afterPlace : packed.length) - 1; place >= 0; place--) {
          if (data.length === page.limit) return { data, next: `${id}.${place + 1}` };
          data.push(packed[place] as AttemptRow);
        }
        below = id - 1;
      }
      if (rows.length < 50) return { data, next: null };
    }
  }

  async deadLetters(hookId: string, page: { readonly limit: number; readonly after: number | null }): ReturnType<LaneStore['deadLetters']> {
    const rows = await this.#sql.all(`SELECT ${DEAD_COLUMNS} FROM dead WHERE hook = ? AND id < ? ORDER BY id DESC LIMIT ?`, [hookId, page.after ?? Number.MAX_SAFE_INTEGER, page.limit + 1]);
    const data = rows.slice(0, page.limit).map(deadRow);
    return { data, next: rows.length > page.limit ? (data.at(-1) as DeadRow).id : null };
  }
  async deadRows(hookId: string, ids: readonly number[] | null, after: number, limit: number): Promise<readonly DeadRow[]> {
    const args: SqlValue[] = ids === null ? [hookId, after, limit] : [hookId, after, JSON.stringify(ids), limit];
    return (await this.#sql.all(`SELECT ${DEAD_COLUMNS} FROM dead WHERE hook = ? AND id > ? ${ids === null ? '' : 'AND id IN (SELECT value FROM json_each(?)) '}ORDER BY id LIMIT ?`, args)).map(deadRow);
  }
  series(...[hookIds, stepMs, times]: Parameters<LaneStore['series']>): ReturnType<LaneStore['series']> {
    return readSeries(this.#sql, hookIds, stepMs, times);
  }
  async deadAt(hookId: string, position: number): Promise<DeadRow | null> {
    const [row] = await this.#sql.all(`SELECT ${DEAD_COLUMNS} FROM dead WHERE hook = ? AND lane = hook AND position = ? ORDER BY id DESC LIMIT 1`, [hookId, position]);
    return row ? deadRow(row) : null;
  }

  async endedAt(hookId: string, position: number): Promise<Ending | null> {
    for (let below = Number.MAX_SAFE_INTEGER; ; ) {
      const rows = await this.#sql.all(`SELECT id, rows, fate, delivery, positions FROM attempts WHERE hook = ? AND last >= ? AND first <= ? AND id < ? ORDER BY id DESC LIMIT ${ENDINGS_PER_QUERY}`, [hookId, position, position, below]);
      for (const [id, packed, fate, deliveryId, positions] of rows as readonly [number, string, Ending['fate'] | null, string, string][]) {
        const ending = fate === null ? endingIn(packed, position) : decodePositions(positions).includes(position) ? { fate, deliveryId } : null;
        if (ending !== null) return ending;
        below = id;
      }
      if (rows.length < ENDINGS_PER_QUERY) return null;
    }
  }

  async nextPosition(after: number): Promise<number | null> {
    return ((await this.#sql.all('SELECT position FROM events WHERE position > ? ORDER BY position LIMIT 1', [after]))[0]?.[0] as number | undefined) ?? null;
  }
  async mappedBlocks(): Promise<number> {
    return (await this.#sql.all('SELECT mapped FROM block_map', []))[0]?.[0] as number;
  }
  countBlock(block: number): Promise<readonly BlockCount[]> {
    return countBlock(this.#sql, block);
  }
  nextBlock(query: EventQuery, fromBlock: number, endBlock: number): Promise<number | null> {
    return nextBlock(this.#sql, query, fromBlock, endBlock);
  }
  countInBlocks(query: EventQuery, fromBlock: number, endBlock: number): Promise<number> {
    return countInBlocks(this.#sql, query, fromBlock, endBlock);
  }
  countEvents(query: EventQuery, after: number, through: number): Promise<number> {
    return countEvents(this.#sql, query, after, through);
  }
  async findEvents(query: EventQuery, after: number, through: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<readonly EventRow[]> {
    return (await this.#rows(EVENT_CONDITION, eventArgs(query, after, through), limits)) as readonly EventRow[];
  }
  laneEdge(laneId: string, accountId: number): Promise<LaneEdge> {
    return laneEdge(this.#sql, laneId, accountId);
  }

  searchEvents(query: EventSearchQuery, after: number, through: number, limit: number): Promise<readonly FoundEvent[]> {
    return searchEvents(this.#sql, query, after, through, limit);
  }
  blockBelow(query: EventSearchQuery, fromBlock: number, endBlock: number): Promise<number | null> {
    return blockBelow(this.#sql, query, fromBlock, endBlock);
  }
  rowAtOrBelow(position: number): ReturnType<LogBackend['rowAtOrBelow']> {
    return rowAtOrBelow(this.#sql, position);
  }
  restingExportLanes(limit: number): Promise<readonly string[]> {
    return restingExportLanes(this.#sql, limit);
  }
  mappedAccounts(withBytes: boolean): Promise<readonly MappedAccount[]> {
    return mappedAccounts(this.#sql, withBytes);
  }
  bytesOfBlocks(accountId: number): Promise<readonly { readonly block: number; readonly bytes: number }[]> {
    return bytesOfBlocks(this.#sql, accountId);
  }
  needed(): Promise<NeededPositions> {
    return neededPositions(this.#sql);
  }
  deadAmong(positions: readonly number[]): Promise<readonly number[]> {
    return deadAmong(this.#sql, positions);
  }

  oldRows(limits: OldRowLimits, limit: number): Promise<OldRows> {
    return findOldRows(this.#sql, limits, limit);
  }

  durability(): Promise<string | null> {
    return this.#sql.durability();
  }

  close(): Promise<void> {
    return this.#sql.close();
  }
}

const callerId = ([position, time, accountId, id]: Row): CallerId => ({ position: position as number, time: time as number, accountId: accountId as number, callerId: id as string });

const laneRow = (r: Row): LaneRow => ({
  laneId: r[0] as string, hookId: r[1] as string, accountId: r[2] as number, assigned: r[3] as number, behind: r[4] === 1, round: r[5] as number,
  hold: r[6] === null ? null : (JSON.parse(r[6] as string) as HoldState), matched: r[7] as number, delivered: r[8] as number, dead: r[9] as number, cancelled: r[10] as number,
  expired: r[11] as number, attempts: r[12] as number, change: r[13] as number,
  ...(r[14] !== null && { scanned: r[14] as number }), ...(r[15] !== null && { succeededAt: r[15] as number }),
});

const unitRow = (r: Row): UnitRow => ({
  key: r[0] as string, laneId: r[1] as string, hookId: r[2] as string, accountId: r[3] as number, deliveryId: r[4] as string, round: r[5] as number, redrive: r[6] as number,
  revision: r[7] as number, positions: decodePositions(r[8] as string), state: r[9] as UnitLifecycle, attempt: r[10] as number, tries: r[11] as number, firstAt: r[12] as number,
  nextAt: r[13] as number | null, bodyHash: r[14] as string | null, failedAt: r[15] as number | null,
});

const deadRow = (r: Row): DeadRow => ({
  id: r[0] as number, laneId: r[1] as string, hookId: r[2] as string, accountId: r[3] as number, position: r[4] as number, eventId: r[5] as string, deliveryId: r[6] as string,
  round: r[7] as number, code: r[8] as string, message: r[9] as string, attempts: r[10] as number, diedAt: r[11] as number, redrive: r[12] as number,
});
