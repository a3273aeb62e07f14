// Runs in a worker thread of its own: one connection to log.db, either the only one that writes or one that only reads. Synchronous on purpose: while a commit
// syncs, nothing else could use this connection anyway.
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { HEADER_SCHEMA, LOG_SCHEMA } from '../sql/log-schema.ts';
import type { SqlValue, Statement } from '../sql/sql-executor.ts';
import type { ThreadAnswer, ThreadRequest } from './thread-protocol.ts';

const { file, shard, writes } = workerData as { file: string; shard: number; writes: boolean };

/** Sixteen-kilobyte pages append 1.6 times as fast as four-kilobyte ones. */
const PAGE_BYTES = 16_384;
const WRITER_CACHE_KIB = 16_384;
const READER_CACHE_KIB = 8_192;
/** Given up when the disk is full, so that what is open can still settle. */
const RESERVE_BYTES = 8 * 1024 * 1024;
const reserveFile = `${file}.reserve`;

let connection: Database.Database | null = null;
let prepared = new Map<string, Database.Statement>();

function open(): void {
  if (connection) return;
  const db = new Database(file, writes ? {} : { readonly: true });
  if (writes) {
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
    db.exec('PRAGMA journal_mode = wal');
    db.exec('PRAGMA synchronous = FULL');
    db.exec('PRAGMA wal_autocheckpoint = 0');
    db.exec(`PRAGMA cache_size = -${WRITER_CACHE_KIB}`);
    const mode = pragma(db, 'journal_mode');
    const level = pragma(db, 'synchronous');
    if (mode !== 'wal' || Number(level) < 2) throw new Error(`log.db is not durable: journal_mode ${mode}, synchronous ${level}`);
    migrate(db);
    if (!existsSync(reserveFile)) makeReserve();
  } else db.exec(`PRAGMA cache_size = -${READER_CACHE_KIB}`);
  prepared = new Map();
  connection = db;
}

const pragma = (db: Database.Database, name: string): unknown => (db.prepare(`PRAGMA ${name}`).raw().get() as unknown[] | undefined)?.[0];

function migrate(db: Database.Database): void {
  db.exec('BEGIN IMMEDIATE');
  db.exec(HEADER_SCHEMA);
  db.prepare('INSERT OR IGNORE INTO header (id, log_id, schema, epoch, fence, sequence, last, time, scanned) VALUES (1, ?, 0, 0, 0, 0, 0, 0, 0)').run(`${randomBytes(6).toString('hex')}${shard}`);
  const at = Number((db.prepare('SELECT schema FROM header').raw().get() as unknown[])[0]);
  for (const statement of LOG_SCHEMA.slice(at).flat()) db.exec(statement);
  db.prepare('UPDATE header SET schema = ?').run(LOG_SCHEMA.length);
  db.exec('COMMIT');
}

function makeReserve(): void {
  try {
    writeFileSync(reserveFile, Buffer.alloc(RESERVE_BYTES));
  } catch {
    rmSync(reserveFile, { force: true });
  }
}

function statement(sql: string): Database.Statement {
  let s = prepared.get(sql);
  if (!s) {
    s = (connection as Database.Database).prepare(sql);
    prepared.set(sql, s);
  }
  return s;
}

function batch(statements: readonly Statement[]): void {
  open();
  const db = connection as Database.Database;
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const s of statements) statement(s.sql).run(...(s.args as never[]));
    db.exec('COMMIT');
  } catch (error: unknown) {
    try {
      db.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself already.
    }
    throw error;
  }
  if (!existsSync(reserveFile) && batchesSinceFull++ > BATCHES_BEFORE_RESERVE) makeReserve();
}
const BATCHES_BEFORE_RESERVE = 1_000;
let batchesSinceFull = 0;

function all(sql: string, args: readonly SqlValue[]): unknown[][] {
  open();
  const s = statement(sql).raw();
  return s.all(...(args as never[])) as unknown[][];
}

function checkpoint(): number {
  open();
  const db = connection as Database.Database;
  const row = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').raw().get() as [number, number, number] | undefined;
  return row?.[1] ?? 0;
}

function classify(error: unknown): 'storage_full' | 'overloaded' | 'store_unavailable' {
  const code = String((error as { code?: unknown }).code ?? '');
  const text = error instanceof Error ? error.message : String(error);
  if (code.includes('FULL') || /disk is full|no space/i.test(text)) return 'storage_full';
  if (code.includes('BUSY') || /database is locked|busy/i.test(text)) return 'overloaded';
  return 'store_unavailable';
}

function answer(request: ThreadRequest): unknown {
  switch (request.do) {
    case 'open':
      return open();
    case 'batch':
      return batch(request.statements);
    case 'all':
      return all(request.sql, request.args);
    case 'checkpoint':
      return checkpoint();
    case 'close':
      connection?.close();
      connection = null;
      return undefined;
  }
}

parentPort?.on('message', (request: ThreadRequest) => {
  let reply: ThreadAnswer;
  try {
    reply = { id: request.id, ok: true, value: answer(request) };
  } catch (error: unknown) {
    const code = classify(error);
    const message = error instanceof Error ? error.message : String(error);
    if (code === 'storage_full' && existsSync(reserveFile) && statSync(reserveFile).size > 0) rmSync(reserveFile, { force: true });
    batchesSinceFull = 0;
    // After an I/O error the page cache may lie about what is on disk: everything is read anew.
    if (code === 'store_unavailable' && writes) {
      try {
        connection?.close();
      } catch {
        // It is being dropped because it does not work.
      }
      connection = null;
    }
    reply = { id: request.id, ok: false, code, message };
  }
  parentPort?.postMessage(reply);
  if (request.do === 'close') parentPort?.close();
});
