// One connection to one file. Runs in worker threads only: libSQL's calls block.

import Database from 'libsql';
import type { SqlRows, SqlStatement, SqlValue } from '../control-sql.ts';

/** Statement texts are few (drizzle makes the same text for the same query); this bounds what a stray one can do. */
const PREPARED_COUNT_MAX = 256;
/** How long a connection waits for another one of this process, e.g. while it recovers the write-ahead log. */
const BUSY_TIMEOUT_MS = 5_000;

type Prepared = Database.Statement<SqlValue[][]>;

export interface SqlFile {
  readonly database: Database.Database;
  run(statement: SqlStatement): SqlRows;
  close(): void;
}

/** Write-ahead log, synchronous FULL, checkpoints only when asked. Throws when the file does not take these settings. */
export function openWriter(path: string): SqlFile {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  database.pragma('journal_mode = wal');
  database.pragma('synchronous = FULL');
  database.pragma('wal_autocheckpoint = 0');
  // A log that begins anew gives its space back, so that its size says how much is in it.
  database.pragma('journal_size_limit = 0');
  // What is deleted is overwritten, so that it does not stay readable in free pages.
  database.pragma('secure_delete = fast');
  const file = over(database);
  const problem = durabilityProblem(file);
  if (problem !== null) {
    file.close();
    throw new Error(problem);
  }
  return file;
}

export function openReader(path: string): SqlFile {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  database.pragma('query_only = on');
  return over(database);
}

/** null = a commit on this connection is on disk when it returns. */
export function durabilityProblem(file: SqlFile): string | null {
  const [[journalMode]] = file.run({ sql: 'pragma journal_mode', params: [] }) as [[string]];
  const [[synchronous]] = file.run({ sql: 'pragma synchronous', params: [] }) as [[number]];
  if (journalMode !== 'wal') return `journal_mode is ${journalMode}, not wal`;
  return synchronous >= 2 ? null : `synchronous is ${synchronous}, not FULL`;
}

function over(database: Database.Database): SqlFile {
  const prepared = new Map<string, Prepared>();
  const prepare = (sql: string): Prepared => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    if (prepared.size >= PREPARED_COUNT_MAX) prepared.clear();
    const statement = database.prepare<SqlValue[][]>(sql);
    prepared.set(sql, statement);
    return statement;
  };
  return {
    database,
    run({ sql, params }) {
      const statement = prepare(sql);
      if (statement.reader) return statement.raw().all([...params]) as SqlRows;
      statement.run([...params]);
      return [];
    },
    close() {
      // Prepared statements keep a closed connection alive until they are collected, and with it the lock of an open transaction.
      if (database.inTransaction) database.exec('rollback');
      prepared.clear();
      database.close();
    },
  };
}
