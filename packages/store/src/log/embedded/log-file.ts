// One connection to log.db, synchronous: lives in a thread of its own. It is opened by the first call that needs it, and again after a failure: after an I/O error
// the page cache may lie about what is on disk, so everything is read anew.
import { statSync } from 'node:fs';
import Database from 'libsql';
import { countWithin, type EventPage, rowsSql, sizesSql } from '../sql/event-page.ts';
import { HEADER_ROW, HEADER_SCHEMA, LOG_SCHEMA, newLogId } from '../sql/log-schema.ts';
import type { BatchKind, SqlValue, Statement } from '../sql/sql-executor.ts';
import { ReserveFile } from './reserve-file.ts';
import type { ThreadData } from './sql-thread.ts';

/** Of a new file. Larger pages append large commits faster (8 KiB 1.2 times as fast as 4 KiB), but a small commit writes five pages whatever is in it. */
const PAGE_BYTES = 8_192;
const WRITER_CACHE_KIB = 8_192;
const READER_CACHE_KIB = 4_096;
/** Opening waits for somebody else's lock, and the reader for the moment in which the write-ahead log is started anew. An open writer never waits here: its caller does. */
const OPEN_BUSY_MS = 1_000;
/** A checkpoint is due when it would make the file grow by so much: it takes tens of milliseconds then, and less room than the reserve has. */
const GROWTH_BYTES_DUE = 8 * 1024 * 1024;
/** Or at this size of the write-ahead log: a small commit writes whole pages, thirty times what is in it. */
const WAL_BYTES_DUE = 64 * 1024 * 1024;
/** Past it (somebody reads for minutes and no checkpoint gets through) the disk is not filled further: ingest is refused. */
const WAL_BYTES_MAX = 1024 * 1024 * 1024;

export class LogFile {
  readonly #data: ThreadData;
  readonly #reserve: ReserveFile;
  #connection: Database.Database | null = null;
  readonly #prepared = new Map<string, Database.Statement>();
  /** A checkpoint that left something (somebody else reads, the disk is full) is tried again this much later. */
  #walBytesDue = WAL_BYTES_DUE;

  constructor(data: ThreadData) {
    this.#data = data;
    this.#reserve = new ReserveFile(`${data.file}.reserve`);
  }

  open(): Database.Database {
    if (this.#connection) return this.#connection;
    const db = new Database(this.#data.file, { timeout: OPEN_BUSY_MS });
    try {
      db.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
      if (this.#data.writes) this.#openForWriting(db);
      else db.exec(`PRAGMA query_only = on; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -${READER_CACHE_KIB}`);
      if (this.#data.writes) db.exec('PRAGMA busy_timeout = 0');
    } catch (error: unknown) {
      db.close();
      throw error;
    }
    this.#connection = db;
    return db;
  }

  #openForWriting(db: Database.Database): void {
    db.exec(`PRAGMA journal_mode = wal; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -${WRITER_CACHE_KIB}`);
    const problem = durabilityProblem(db);
    if (problem !== null) throw new LogFileError('store_unavailable', problem);
    migrate(db, this.#data.shard);
    this.#reserve.hold();
  }

  /** True = a checkpoint is due. */
  batch(statements: Iterable<Statement>, kind: BatchKind): boolean {
    const db = this.open();
    if (kind === 'ingest' && (this.#walBytes() > WAL_BYTES_MAX || !this.#reserve.hold())) throw new LogFileError('storage_full', 'the disk is full');
    try {
      db.exec('BEGIN IMMEDIATE');
      for (const s of statements) this.#statement(db, s.sql).run(s.args as never);
      db.exec('COMMIT');
    } catch (error: unknown) {
      if (db.inTransaction) rollBack(db);
      if (classify(error) === 'storage_full') this.#makeRoom();
      throw error;
    }
    return this.#walBytes() > this.#walBytesDue || this.#growthBytes(db) > GROWTH_BYTES_DUE;
  }

  /** The room of the write-ahead log comes back by a checkpoint, which itself needs room to let the file grow. */
  #makeRoom(): void {
    this.#reserve.giveUp();
    try {
      this.checkpoint();
    } catch {
      // What it could copy is copied; the next one goes on.
    }
  }

  #growthBytes(db: Database.Database): number {
    const [bytes] = this.#statement(db, 'SELECT page_count * page_size FROM pragma_page_count, pragma_page_size').raw().get() as [number];
    return bytes - statSync(this.#data.file).size;
  }

  all(sql: string, args: readonly SqlValue[]): SqlValue[][] {
    return this.#statement(this.open(), sql).raw().all(args as never) as SqlValue[][];
  }

  /** Two statements, each read to its end: one that is left in the middle keeps its snapshot, and no checkpoint gets past that. */
  events(page: EventPage): SqlValue[][] {
    const sizes = sizesSql(page);
    const rows = rowsSql(page, countWithin(this.all(sizes.sql, sizes.args), page.bytesMax));
    return this.all(rows.sql, rows.args);
  }

  #statement(db: Database.Database, sql: string): Database.Statement {
    let statement = this.#prepared.get(sql);
    if (!statement) {
      statement = db.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  /** Copies the write-ahead log into the file and starts it anew. */
  checkpoint(): void {
    this.open().prepare('PRAGMA wal_checkpoint(TRUNCATE)').raw().all();
    const left = this.#walBytes();
    this.#walBytesDue = left + WAL_BYTES_DUE;
  }

  #walBytes(): number {
    return statSync(`${this.#data.file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  durability(): string | null {
    return durabilityProblem(this.open());
  }

  close(): void {
    this.#prepared.clear();
    const connection = this.#connection;
    this.#connection = null;
    connection?.close();
  }
}

function rollBack(db: Database.Database): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // SQLite has rolled back by itself already.
  }
}

const pragma = (db: Database.Database, name: string): unknown => (db.prepare(`PRAGMA ${name}`).raw().get() as unknown[] | undefined)?.[0];

function durabilityProblem(db: Database.Database): string | null {
  const mode = pragma(db, 'journal_mode');
  const level = Number(pragma(db, 'synchronous'));
  return mode === 'wal' && level >= 2 ? null : `log.db is not durable: journal_mode ${mode}, synchronous ${level}`;
}

function migrate(db: Database.Database, shard: number): void {
  db.exec('BEGIN IMMEDIATE');
  db.exec(HEADER_SCHEMA);
  db.prepare(HEADER_ROW).run(newLogId(shard));
  const at = Number((db.prepare('SELECT schema FROM header').raw().get() as unknown[])[0]);
  if (at > LOG_SCHEMA.length) throw new LogFileError('invariant_broken', `log.db has schema ${at}, this version knows ${LOG_SCHEMA.length}: it was written by a newer one`);
  for (const statement of LOG_SCHEMA.slice(at).flat()) db.exec(statement);
  if (at < LOG_SCHEMA.length) db.prepare('UPDATE header SET schema = ?').run(LOG_SCHEMA.length);
  db.exec('COMMIT');
}

export type LogFileErrorCode = 'storage_full' | 'overloaded' | 'store_unavailable' | 'invariant_broken';

/** A HooklineError on this side of the thread's border, where core is not loaded: it would cost every thread 30 MB. */
class LogFileError extends Error {
  readonly code: LogFileErrorCode;
  constructor(code: LogFileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function classify(error: unknown): LogFileErrorCode {
  if (error instanceof LogFileError) return error.code;
  const code = String((error as { code?: unknown }).code ?? '');
  const text = error instanceof Error ? error.message : String(error);
  if (code.includes('FULL') || /disk is full|no space/i.test(text)) return 'storage_full';
  if (code.includes('BUSY') || /database is locked|busy/i.test(text)) return 'overloaded';
  if (/CORRUPT|NOTADB/.test(code)) return 'invariant_broken';
  return 'store_unavailable';
}
