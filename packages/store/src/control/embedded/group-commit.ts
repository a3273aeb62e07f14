// Turns units of statements into transactions: everything that is waiting goes into one, so that its sync is shared; each unit stands alone within it by a savepoint.
// No timers: the group is as large as the last sync was long. Bulk units fill what is left of a slice of time, and wait otherwise.

import type { SqlRows, SqlStatement } from '../control-sql.ts';
import type { SqlFile } from './sql-file.ts';
import { failureOf } from './thread-protocol.ts';
import type { SqlFailure } from './thread-protocol.ts';

/** Units in one transaction, bulk ones aside. */
const GROUP_UNITS_MAX = 512;
/** How long bulk units may hold up the others, per transaction (`engine.md` 8). */
export const BULK_SLICE_MS = 5;

export interface WriteUnit {
  readonly statements: readonly SqlStatement[];
  readonly bulk: boolean;
  readonly resolve: (rows: readonly SqlRows[]) => void;
  readonly reject: (failure: SqlFailure) => void;
}

export interface GroupCommit {
  add(unit: WriteUnit): void;
  waiting(): boolean;
  /** One transaction of what is waiting. False = the connection can no longer be trusted: open the file again. */
  commit(): boolean;
}

/** `monotonicMs` measures the slice. */
export function createGroupCommit(file: () => SqlFile, monotonicMs: () => number): GroupCommit {
  const urgent: WriteUnit[] = [];
  const bulk: WriteUnit[] = [];

  function commit(): boolean {
    const units = urgent.splice(0, GROUP_UNITS_MAX);
    const done: { readonly unit: WriteUnit; readonly rows: readonly SqlRows[] }[] = [];
    const failed: { readonly unit: WriteUnit; readonly failure: SqlFailure }[] = [];
    let current: SqlFile;
    const taken = [...units];
    try {
      current = file();
      current.database.exec('begin immediate');
      for (const unit of units) runUnit(current, unit, done, failed);
      const startedAt = monotonicMs();
      for (let unit = bulk.shift(); unit !== undefined; unit = monotonicMs() - startedAt < BULK_SLICE_MS ? bulk.shift() : undefined) {
        taken.push(unit);
        runUnit(current, unit, done, failed);
      }
      current.database.exec('commit');
    } catch (error: unknown) {
      for (const unit of taken) unit.reject(failureOf(error));
      // A commit whose sync failed may be half on disk: only a fresh connection reads back what is really there.
      return false;
    }
    for (const { unit, failure } of failed) unit.reject(failure);
    for (const { unit, rows } of done) unit.resolve(rows);
    return true;
  }

  return {
    add: (unit) => void (unit.bulk ? bulk : urgent).push(unit),
    waiting: () => urgent.length + bulk.length > 0,
    commit,
  };
}

/** Throws when the whole transaction is gone with the unit (disk full, input or output error). */
function runUnit(
  file: SqlFile,
  unit: WriteUnit,
  done: { unit: WriteUnit; rows: readonly SqlRows[] }[],
  failed: { unit: WriteUnit; failure: SqlFailure }[],
): void {
  file.database.exec('savepoint unit');
  try {
    const rows = unit.statements.map((statement) => file.run(statement));
    file.database.exec('release unit');
    done.push({ unit, rows });
  } catch (error: unknown) {
    if (!file.database.inTransaction) throw error;
    file.database.exec('rollback to unit');
    file.database.exec('release unit');
    failed.push({ unit, failure: failureOf(error) });
  }
}
