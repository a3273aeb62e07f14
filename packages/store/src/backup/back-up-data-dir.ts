// A copy of the data directory while the product runs on it. Each file is copied from one snapshot of it. The log goes first: whatever it speaks of (accounts, hooks,
// profiles that were deleted since) is then in the control data, which is copied after it; what the control data has and the log has not yet is put right at the
// first start (`HookChanges.reconcile`, and exports end where the log does). The master key stays behind: a copy that is stolen opens no secret.
import { chmodSync, closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { HooklineError } from '@hookline/core';
import Database from 'libsql';
import { MASTER_KEY_FILE, syncFolder } from '../secret/master-key-file.ts';

/** How long it waits for the moment in which a write-ahead log is started anew. */
const BUSY_MS = 10_000;
const CONTENT_FOLDER = 'content';
/**
 * What the copy's log leaves out before its next position. Events that are accepted after a restore must not get the positions, and with them the ids, of those that
 * were accepted after the copy was made and are lost: a receiver that drops by id would drop them.
 */
const POSITIONS_LEFT_OUT = 2 ** 32;
/** Made anew by whoever opens the directory. */
const LEFT_OUT = /^(?:lock\.db|.*\.reserve|.*-wal|.*-shm|.*-journal|.*\.tmp)$/;

export interface DataDirBackup {
  readonly files: readonly string[];
  readonly bytes: number;
  /** The directory has a master key of its own, which is not in the copy. */
  readonly keyLeftOut: boolean;
}

/** Throws `config_invalid` where there is nothing to copy or something in the way, `store_unavailable` or `storage_full` where it cannot be copied; then there is no copy. */
export function backUpDataDir(dataDir: string, target: string): DataDirBackup {
  if (!existsSync(path.join(dataDir, 'log.db'))) throw new HooklineError('config_invalid', `there is no log.db in ${dataDir}: nothing to back up`);
  if (existsSync(target)) throw new HooklineError('config_invalid', `${target} is there already: a backup goes into a directory of its own`);
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(path.join(partial, CONTENT_FOLDER), { recursive: true, mode: 0o700 });
  try {
    const contents = existsSync(path.join(dataDir, CONTENT_FOLDER)) ? readdirSync(path.join(dataDir, CONTENT_FOLDER)).filter((name) => name.endsWith('.db')) : [];
    const databases = ['log.db', 'control.db', ...contents.map((name) => path.join(CONTENT_FOLDER, name))];
    const plain = readdirSync(dataDir, { withFileTypes: true }).filter((entry) => entry.isFile() && !databases.includes(entry.name) && !entry.name.startsWith(MASTER_KEY_FILE) && !LEFT_OUT.test(entry.name));
    const files = [...databases.filter((name) => copyDatabase(path.join(dataDir, name), path.join(partial, name))), ...plain.map(({ name }) => name)];
    leavePositionsOut(path.join(partial, 'log.db'));
    for (const { name } of plain) copyFileSync(path.join(dataDir, name), path.join(partial, name));
    const bytes = files.reduce((sum, name) => sum + seal(path.join(partial, name)), 0);
    syncFolder(path.join(partial, CONTENT_FOLDER));
    syncFolder(partial);
    renameSync(partial, target);
    syncFolder(path.dirname(path.resolve(target)));
    return { files, bytes, keyLeftOut: existsSync(path.join(dataDir, MASTER_KEY_FILE)) };
  } catch (error: unknown) {
    rmSync(partial, { recursive: true, force: true });
    if (/disk is full|ENOSPC/i.test(String(error))) throw new HooklineError('storage_full', `the disk of ${target} is full`, error);
    throw new HooklineError('store_unavailable', `the backup failed: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** False = content that was dropped meanwhile. */
function copyDatabase(from: string, to: string): boolean {
  if (!existsSync(from)) return false;
  const source = new Database(from, { timeout: BUSY_MS });
  try {
    // Only the product's own writer makes checkpoints. Not `query_only`, under which no copy is made either.
    source.exec('PRAGMA wal_autocheckpoint = 0');
    source.prepare('VACUUM INTO ?').run(to);
  } finally {
    source.close();
  }
  return true;
}

function leavePositionsOut(log: string): void {
  const copy = new Database(log);
  try {
    copy.exec(`UPDATE header SET last = last + ${POSITIONS_LEFT_OUT} WHERE id = 1`);
  } finally {
    copy.close();
  }
}

/** For its owner's eyes, and on the disk. Its bytes. */
function seal(file: string): number {
  chmodSync(file, 0o600);
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return statSync(file).size;
}
