import { seriesOf } from '../delivery-series.ts';
import type { LaneOp } from '../lane-store.ts';
import type { LogCommit, NewRow, OldRows } from '../log-backend.ts';
import { blockStatements, uncountStatements } from './block-map.ts';
import { packAttempts } from './packed-attempts.ts';
import { encodePositions } from './positions-text.ts';
import { removeOldSeries, seriesStatements } from './series-sql.ts';
import type { SqlValue, Statement } from './sql-executor.ts';

const COLUMNS = ['position', 'time', 'kind', 'account', 'database', 'type', 'resource', 'mailing', 'template', 'segment', 'pixel', 'profile', 'event_time', 'caller_id', 'base', 'moment', 'custom', 'content_ref'];
/** Rows an INSERT: a few fixed sizes, so that each is prepared once. */
const INSERT_SIZES = [50, 8, 1] as const;
const INSERTS = new Map(INSERT_SIZES.map((n) => [n, `INSERT INTO events (${COLUMNS.join(', ')}) VALUES ${Array(n).fill(`(${COLUMNS.map(() => '?').join(', ')})`).join(', ')}`]));

/** One transaction. The first statement fails when another appender has taken over (`fence`), the sequence tells later whether it took place. */
export function commitStatements(commit: LogCommit, epoch: number): Statement[] {
  const out: Statement[] = [{ sql: 'UPDATE header SET fence = ?, sequence = ?, last = ?, time = ? WHERE id = 1', args: [epoch, commit.sequence, commit.end, commit.time] }];
  for (let i = 0; i < commit.rows.length; ) {
    const size = INSERT_SIZES.find((n) => n <= commit.rows.length - i) as (typeof INSERT_SIZES)[number];
    const args: SqlValue[] = [];
    for (const row of commit.rows.slice(i, i + size)) pushRow(args, row);
    out.push({ sql: INSERTS.get(size) as string, args });
    i += size;
  }
  for (const r of commit.idempotency)
    out.push({ sql: 'INSERT OR REPLACE INTO idempotent_requests (account, path, key, body_hash, answer, time) VALUES (?, ?, ?, ?, ?, ?)', args: [r.accountId, r.path, r.key, r.bodyHash, r.answer, r.time] });
  out.push(...laneStatements(commit.lane));
  for (const old of commit.remove) out.push(...removal(old));
  for (const p of commit.runParts) out.push({ sql: 'INSERT OR REPLACE INTO id_run_parts (run, part, entries) VALUES (?, ?, ?)', args: [p.run, p.part, p.entries] });
  if (commit.run) out.push({ sql: 'INSERT INTO id_runs (run, through, ids, time, filter) VALUES (?, ?, ?, ?, ?)', args: [commit.run.run, commit.run.through, commit.run.ids, commit.run.time, commit.run.filter] });
  return out;
}

export function laneStatements(ops: readonly LaneOp[]): Statement[] {
  return [...ops.flatMap((op) => (op.op === 'block' ? blockStatements(op.block, op.counts) : [laneStatement(op)])), ...seriesStatements(seriesOf(ops))];
}

function removal(old: OldRows): Statement[] {
  const out: Statement[] = uncountStatements(old.events);
  const remove = (table: string, key: string, values: readonly number[]): void => {
    if (values.length > 0) out.push({ sql: `DELETE FROM ${table} WHERE ${key} IN (SELECT value FROM json_each(?))`, args: [JSON.stringify(values)] });
  };
  for (const { stepMs, before, rows } of old.series) out.push(removeOldSeries(stepMs, before, rows));
  remove('events', 'position', old.events);
  remove('attempts', 'id', old.attempts);
  remove('dead', 'id', old.dead);
  remove('id_runs', 'run', old.runs);
  remove('id_run_parts', 'run', old.runs);
  if (old.idempotencyThrough !== null) out.push({ sql: 'DELETE FROM idempotent_requests WHERE time <= ?', args: [old.idempotencyThrough] });
  return out;
}

function pushRow(args: SqlValue[], row: NewRow): void {
  if (row.kind === 'control') args.push(row.position, row.time, 1, row.accountId, null, null, null, null, null, null, null, null, null, null, JSON.stringify(row.record), null, null, null);
  else
    args.push(
      row.position, row.time, 0, row.accountId, row.databaseId, row.eventType, row.resourceId, row.mailingId, row.templateId, row.segmentId, row.pixelId, row.profileId, row.eventTimeMs,
      row.callerId, row.base, row.profile, row.customData, row.contentRef,
    );
}

/** Absent values keep what is there (`coalesce`); `hold` has a flag of its own because null is a value. */
const LANE_UPSERT = `INSERT INTO lanes (lane, hook, account, assigned, behind, round, hold, matched, delivered, dead, cancelled, expired, attempts, change, scanned, succeeded_at)
  VALUES (?1, ?2, ?3, coalesce(?4, 0), coalesce(?5, 0), coalesce(?6, 0), ?7, ?9, ?10, ?11, ?12, ?13, ?14, coalesce(?15, 0), ?16, ?17)
  ON CONFLICT (lane) DO UPDATE SET assigned = coalesce(?4, assigned), behind = coalesce(?5, behind), round = coalesce(?6, round), change = coalesce(?15, change), scanned = coalesce(?16, scanned), succeeded_at = coalesce(?17, succeeded_at), hold = CASE ?8 WHEN 1 THEN ?7 ELSE hold END,
  matched = matched + ?9, delivered = delivered + ?10, dead = dead + ?11, cancelled = cancelled + ?12, expired = expired + ?13, attempts = attempts + ?14`;

const UNIT_PUT = `INSERT OR REPLACE INTO units (key, lane, hook, account, delivery, round, redrive, revision, positions, count, state, attempt, tries, first_at, next_at, body_hash, lowest, failed_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const ATTEMPTS_PUT = 'INSERT INTO attempts (hook, rows, count, at, first, last, fate, delivery, positions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)';

/** The lowest and the highest; nulls of none. */
function span(positions: readonly number[]): readonly [first: number | null, last: number | null] {
  let [first, last] = [positions[0] ?? null, positions[0] ?? null];
  for (const position of positions) {
    if (position < (first as number)) first = position;
    if (position > (last as number)) last = position;
  }
  return [first, last];
}

function laneStatement(op: Exclude<LaneOp, { op: 'block' }>): Statement {
  switch (op.op) {
    case 'lane': {
      const add = op.add ?? {};
      const behind = op.behind === undefined ? null : Number(op.behind);
      return {
        sql: LANE_UPSERT,
        args: [
          op.laneId, op.hookId, op.accountId, op.assigned ?? null, behind, op.round ?? null, op.hold ? JSON.stringify(op.hold) : null, op.hold === undefined ? 0 : 1,
          add.matched ?? 0, add.delivered ?? 0, add.dead ?? 0, add.cancelled ?? 0, add.expired ?? 0, add.attempts ?? 0, op.change ?? null, op.scanned ?? null, op.succeededAt ?? null,
        ],
      };
    }
    case 'lane_gone':
      return { sql: 'DELETE FROM lanes WHERE lane = ?', args: [op.laneId] };
    case 'scanned':
      return { sql: 'UPDATE header SET scanned = ? WHERE id = 1', args: [op.position] };
    case 'unit': {
      const u = op.unit;
      return {
        sql: UNIT_PUT,
        args: [
          u.key, u.laneId, u.hookId, u.accountId, u.deliveryId, u.round, u.redrive, u.revision, encodePositions(u.positions), u.positions.length, u.state, u.attempt, u.tries, u.firstAt,
          u.nextAt, u.bodyHash, u.positions[0] ?? 0, u.failedAt,
        ],
      };
    }
    case 'unit_gone':
      return { sql: 'DELETE FROM units WHERE key = ?', args: [op.key] };
    case 'dead': {
      const d = op.row;
      return {
        sql: 'INSERT INTO dead (lane, hook, account, position, event_id, delivery, round, code, message, attempts, died_at, redrive) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        args: [d.laneId, d.hookId, d.accountId, d.position, d.eventId, d.deliveryId, d.round, d.code, d.message, d.attempts, d.diedAt, d.redrive],
      };
    }
    case 'redrive_asked':
      return { sql: 'INSERT INTO redrives (account, hook, lane, ids) VALUES (?, ?, ?, ?)', args: [op.accountId, op.hookId, op.laneId, JSON.stringify(op.ids)] };
    case 'dead_gone':
      return { sql: 'DELETE FROM dead WHERE id = ?', args: [op.id] };
    case 'attempts':
      return { sql: ATTEMPTS_PUT, args: [op.hookId, packAttempts(op.rows), op.rows.length, op.rows.at(-1)?.startedAt ?? 0, ...span(op.rows.flatMap((row) => row.taken ?? [])), null, null, null] };
    case 'ended':
      return { sql: ATTEMPTS_PUT, args: [op.hookId, '[]', 0, op.at, ...span(op.positions), op.ending.fate, op.ending.deliveryId, encodePositions(op.positions)] };
  }
}
