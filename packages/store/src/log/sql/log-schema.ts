import { randomBytes } from 'node:crypto';
import { SLOT_COUNT } from '../shared/slot-of.ts';
import { BLOCK_BYTES_SCHEMA, BLOCK_MAP_SCHEMA } from './block-map.ts';
import { SERIES_SCHEMA } from './series-sql.ts';

/**
 * The tables of one log database, in the order they came. Each entry runs once, in one transaction with its number in `header.schema`.
 * Event columns are what filters need; `base` is the message (see core `EventRow`). No index on the event table but its key: a random one costs four fifths of the append rate.
 */
export const LOG_SCHEMA: readonly (readonly string[])[] = [
  [
    `CREATE TABLE events (
      position INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind INTEGER NOT NULL, account INTEGER NOT NULL, database INTEGER, type TEXT,
      resource INTEGER, mailing INTEGER, template INTEGER, segment INTEGER, pixel INTEGER, profile TEXT, event_time INTEGER, caller_id TEXT,
      base TEXT NOT NULL, moment TEXT, custom TEXT, content_ref TEXT)`,
    'CREATE INDEX control_records ON events (position) WHERE kind = 1',
    `CREATE TABLE lanes (
      lane TEXT PRIMARY KEY, hook TEXT NOT NULL, account INTEGER NOT NULL, assigned INTEGER NOT NULL DEFAULT 0, behind INTEGER NOT NULL DEFAULT 0, round INTEGER NOT NULL DEFAULT 0,
      change INTEGER NOT NULL DEFAULT 0, hold TEXT, matched INTEGER NOT NULL DEFAULT 0, delivered INTEGER NOT NULL DEFAULT 0, dead INTEGER NOT NULL DEFAULT 0, cancelled INTEGER NOT NULL DEFAULT 0,
      expired INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID`,
    `CREATE TABLE units (
      key TEXT PRIMARY KEY, lane TEXT NOT NULL, hook TEXT NOT NULL, account INTEGER NOT NULL, delivery TEXT NOT NULL, round INTEGER NOT NULL, redrive INTEGER NOT NULL,
      revision INTEGER NOT NULL, positions TEXT NOT NULL, count INTEGER NOT NULL, state TEXT NOT NULL, attempt INTEGER NOT NULL, tries INTEGER NOT NULL,
      first_at INTEGER NOT NULL, next_at INTEGER, body_hash TEXT, lowest INTEGER NOT NULL) WITHOUT ROWID`,
    'CREATE INDEX units_of_lane ON units (lane)',
    `CREATE TABLE dead (
      id INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, hook TEXT NOT NULL, account INTEGER NOT NULL, position INTEGER NOT NULL, event_id TEXT NOT NULL, delivery TEXT NOT NULL,
      round INTEGER NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, attempts INTEGER NOT NULL, died_at INTEGER NOT NULL, redrive INTEGER NOT NULL)`,
    'CREATE INDEX dead_of_hook ON dead (hook, id)',
    'CREATE INDEX dead_at ON dead (position, hook)',
    'CREATE TABLE attempts (id INTEGER PRIMARY KEY AUTOINCREMENT, hook TEXT NOT NULL, rows TEXT NOT NULL, count INTEGER NOT NULL, at INTEGER NOT NULL)',
    'CREATE INDEX attempts_of_hook ON attempts (hook, id)',
    `CREATE TABLE idempotent_requests (account INTEGER NOT NULL, path TEXT NOT NULL, key TEXT NOT NULL, body_hash TEXT NOT NULL, answer TEXT NOT NULL, time INTEGER NOT NULL,
      PRIMARY KEY (account, path, key)) WITHOUT ROWID`,
    'CREATE INDEX idempotent_requests_by_time ON idempotent_requests (time)',
    'CREATE TABLE id_runs (run INTEGER PRIMARY KEY, through INTEGER NOT NULL, ids INTEGER NOT NULL, time INTEGER NOT NULL, filter BLOB NOT NULL)',
    'CREATE TABLE id_run_parts (run INTEGER NOT NULL, part INTEGER NOT NULL, entries BLOB NOT NULL, PRIMARY KEY (run, part)) WITHOUT ROWID',
  ],
  BLOCK_MAP_SCHEMA,
  // Callers' ids of a shard that many append to directly: nobody could keep them in memory.
  [
    'CREATE TABLE seen (id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, caller_id TEXT NOT NULL, position INTEGER NOT NULL, time INTEGER NOT NULL, UNIQUE (account, caller_id))',
  ],
  // What became of an event: a stored row of attempts says the lowest and the highest position that it ended; `fate`, `delivery` and `positions` are of one that holds no attempts.
  [
    'ALTER TABLE attempts ADD COLUMN first INTEGER', 'ALTER TABLE attempts ADD COLUMN last INTEGER', 'ALTER TABLE attempts ADD COLUMN fate TEXT', 'ALTER TABLE attempts ADD COLUMN delivery TEXT',
    'ALTER TABLE attempts ADD COLUMN positions TEXT', 'CREATE INDEX attempts_that_ended ON attempts (hook, last, first) WHERE last IS NOT NULL',
  ],
  BLOCK_BYTES_SCHEMA,
  SERIES_SCHEMA,
  // Of a shard whose lanes several processes share: who holds which slot, whose turn it is to write, and who runs which export. `fence` refuses what comes from one who held it before.
  [
    `CREATE TABLE slots (slot INTEGER PRIMARY KEY, relay TEXT NOT NULL DEFAULT '', token INTEGER NOT NULL DEFAULT 0, fence INTEGER NOT NULL DEFAULT 0 CHECK (fence = token),
      until INTEGER NOT NULL DEFAULT 0, scanned INTEGER NOT NULL DEFAULT 0)`,
    `INSERT INTO slots (slot) WITH RECURSIVE n (slot) AS (SELECT 0 UNION ALL SELECT slot + 1 FROM n WHERE slot < ${SLOT_COUNT - 1}) SELECT slot FROM n`,
    'CREATE TABLE relays (relay TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID',
    'CREATE TABLE lane_writers (writer TEXT PRIMARY KEY, turn INTEGER NOT NULL, fence INTEGER NOT NULL CHECK (fence = turn), sequence INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID',
    'CREATE TABLE lane_fences (lane TEXT PRIMARY KEY, token INTEGER NOT NULL, fence INTEGER NOT NULL CHECK (fence = token)) WITHOUT ROWID',
    'CREATE TABLE redrives (id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, hook TEXT NOT NULL, lane TEXT NOT NULL, ids TEXT NOT NULL)',
  ],
  // What decides between a hold and a dead letter is known after a restart too.
  ['ALTER TABLE lanes ADD COLUMN succeeded_at INTEGER', 'ALTER TABLE units ADD COLUMN failed_at INTEGER'],
];

/** Made before everything else; `fence` refuses every commit of an appender whose epoch is over, `owner` is who began the epoch. */
export const HEADER_SCHEMA = `CREATE TABLE IF NOT EXISTS header (
  id INTEGER PRIMARY KEY CHECK (id = 1), log_id TEXT NOT NULL, schema INTEGER NOT NULL, epoch INTEGER NOT NULL, fence INTEGER NOT NULL CHECK (fence = epoch),
  sequence INTEGER NOT NULL, last INTEGER NOT NULL, time INTEGER NOT NULL, scanned INTEGER NOT NULL, owner TEXT NOT NULL)`;

export const HEADER_ROW = `INSERT OR IGNORE INTO header (id, log_id, schema, epoch, fence, sequence, last, time, scanned, owner) VALUES (1, ?, 0, 0, 0, 0, 0, 0, 0, '')`;

/** A cursor belongs to one log: another one on the same place has another id. */
export const newLogId = (shard: number): string => `${randomBytes(6).toString('hex')}${shard}`;
