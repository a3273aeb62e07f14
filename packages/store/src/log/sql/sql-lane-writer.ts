import type { LaneBatch, LaneFence, LaneWriterBackend } from '../shared/lane-writer.ts';
import { laneStatements } from './commit-statements.ts';
import type { SqlExecutor, Statement } from './sql-executor.ts';

const NOW_MS = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
const BEGIN = `INSERT INTO lane_writers (writer, turn, fence, sequence, at) VALUES (?, 1, 1, 0, ${NOW_MS}) ON CONFLICT (writer) DO UPDATE SET turn = turn + 1, fence = turn + 1, at = excluded.at`;
/** Of processes that are long gone. */
const FORGET = `DELETE FROM lane_writers WHERE at < ${NOW_MS} - 604800000`;
const STEP = `INSERT INTO lane_writers (writer, turn, fence, sequence, at) VALUES (?1, ?2, ?2, ?3, ${NOW_MS}) ON CONFLICT (writer) DO UPDATE SET fence = excluded.turn, sequence = excluded.sequence, at = excluded.at`;
/** Both fail (`fence` must equal `token`) where somebody else has the lease by now. */
const HOLD_SLOTS = 'UPDATE slots SET fence = (SELECT value ->> 1 FROM json_each(?1) WHERE value ->> 0 = slot) WHERE slot IN (SELECT value ->> 0 FROM json_each(?1))';
const HOLD_LANE = 'INSERT INTO lane_fences (lane, token, fence) VALUES (?1, ?2, ?2) ON CONFLICT (lane) DO UPDATE SET fence = excluded.token';
const TAKE_LANE = 'INSERT INTO lane_fences (lane, token, fence) VALUES (?1, ?2, ?2) ON CONFLICT (lane) DO UPDATE SET token = excluded.token, fence = excluded.token WHERE token < excluded.token';
const SCANNED = 'UPDATE slots SET scanned = ? WHERE scanned < ? AND slot IN (SELECT value FROM json_each(?))';

/** Lane changes of one process, `writer`, by the statements of the appender's commits. */
export class SqlLaneWriter implements LaneWriterBackend {
  readonly #sql: SqlExecutor;
  readonly #writer: string;
  constructor(executor: SqlExecutor, writer: string) {
    this.#sql = executor;
    this.#writer = writer;
  }

  async begin(): Promise<{ readonly turn: number; readonly sequence: number }> {
    await this.#sql.batch([{ sql: BEGIN, args: [this.#writer] }, { sql: FORGET, args: [] }], 'upkeep');
    const [row] = await this.#sql.all('SELECT turn, sequence FROM lane_writers WHERE writer = ?', [this.#writer]);
    return { turn: row?.[0] as number, sequence: row?.[1] as number };
  }

  async commit({ turn, sequence, fences, ops, scanned }: LaneBatch): Promise<void> {
    const slots = fences.flatMap((fence) => (fence.kind === 'slot' ? [[fence.slot, fence.token]] : []));
    const statements: Statement[] = [{ sql: STEP, args: [this.#writer, turn, sequence] }];
    if (slots.length > 0) statements.push({ sql: HOLD_SLOTS, args: [JSON.stringify(slots)] });
    for (const fence of fences) if (fence.kind === 'lane') statements.push({ sql: HOLD_LANE, args: [fence.lane, fence.token] });
    for (const { slots: of, position } of scanned) statements.push({ sql: SCANNED, args: [position, position, JSON.stringify(of)] });
    statements.push(...laneStatements(ops));
    await this.#sql.batch(statements, 'upkeep');
  }

  async lost(fences: readonly LaneFence[]): Promise<readonly LaneFence[]> {
    const slots = new Map((await this.#sql.all('SELECT slot, token FROM slots', [])).map(([slot, token]) => [slot as number, token as number]));
    const named = fences.flatMap((fence) => (fence.kind === 'lane' ? [fence.lane] : []));
    const lanes = named.length === 0 ? [] : await this.#sql.all('SELECT lane, token FROM lane_fences WHERE lane IN (SELECT value FROM json_each(?))', [JSON.stringify(named)]);
    const tokens = new Map(lanes.map(([lane, token]) => [lane as string, token as number]));
    return fences.filter((fence) => (fence.kind === 'slot' ? slots.get(fence.slot) : (tokens.get(fence.lane) ?? fence.token)) !== fence.token);
  }

  /** From now on only who has this token, or a later one, changes the lane. */
  async takeLane(lane: string, token: number): Promise<void> {
    await this.#sql.batch([{ sql: TAKE_LANE, args: [lane, token] }], 'upkeep');
  }
}
