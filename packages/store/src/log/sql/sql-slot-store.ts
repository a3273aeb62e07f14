import type { SlotRound, SlotStore, SlotTable } from '../shared/slot-store.ts';
import type { SqlExecutor, Statement } from './sql-executor.ts';

/** Leases end by the database's clock, whatever the clocks of the relays say. */
const NOW_MS = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
const IN_LIST = 'slot IN (SELECT value FROM json_each(?))';
const ANNOUNCE = `INSERT INTO relays (relay, until) VALUES (?1, ${NOW_MS} + ?2) ON CONFLICT (relay) DO UPDATE SET until = excluded.until`;
const FORGET = `DELETE FROM relays WHERE until < ${NOW_MS}`;
const RENEW = `UPDATE slots SET until = ${NOW_MS} + ? WHERE relay = ?`;
const TAKE = `UPDATE slots SET relay = ?, token = token + 1, fence = token + 1, until = ${NOW_MS} + ? WHERE (relay = '' OR until < ${NOW_MS}) AND ${IN_LIST}`;
const GIVE = `UPDATE slots SET relay = '', until = 0 WHERE relay = ? AND ${IN_LIST}`;
/** One statement, hence one snapshot; the relays come with the first column null. */
const TABLE = `SELECT slot, CASE WHEN until < ${NOW_MS} THEN '' ELSE relay END, token FROM slots UNION ALL SELECT NULL, relay, 0 FROM relays WHERE until >= ${NOW_MS} ORDER BY 1, 2`;

export class SqlSlotStore implements SlotStore {
  readonly #sql: SqlExecutor;
  constructor(executor: SqlExecutor) {
    this.#sql = executor;
  }

  async round({ relay, leaseMs, take, give }: SlotRound): Promise<SlotTable> {
    const statements: Statement[] = [{ sql: ANNOUNCE, args: [relay, leaseMs] }, { sql: FORGET, args: [] }, { sql: RENEW, args: [leaseMs, relay] }];
    if (give.length > 0) statements.push({ sql: GIVE, args: [relay, JSON.stringify(give)] });
    if (take.length > 0) statements.push({ sql: TAKE, args: [relay, leaseMs, JSON.stringify(take)] });
    await this.#sql.batch(statements, 'upkeep');
    const rows = (await this.#sql.all(TABLE, [])) as readonly (readonly [number | null, string, number])[];
    return {
      relays: rows.flatMap(([slot, name]) => (slot === null ? [name] : [])),
      slots: rows.flatMap(([slot, name, token]) => (slot === null ? [] : [{ slot, relay: name === '' ? null : name, token }])),
    };
  }

  async leave(relay: string): Promise<void> {
    await this.#sql.batch([{ sql: "UPDATE slots SET relay = '', until = 0 WHERE relay = ?", args: [relay] }, { sql: 'DELETE FROM relays WHERE relay = ?', args: [relay] }], 'upkeep');
  }
}
