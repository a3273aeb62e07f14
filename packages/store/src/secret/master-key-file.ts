// The embedded master key: made once, readable by the owner only, on disk before anything is sealed with it.

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { HooklineError } from '@hookline/core';
import { KEY_BYTES, parseMasterKey } from './secret-box.ts';

export const MASTER_KEY_FILE = 'master.key';

/** null = there is no such file. */
export function readMasterKeyFile(path: string): Uint8Array | null {
  try {
    return parseMasterKey(readFileSync(path, 'utf8'));
  } catch (error: unknown) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return null;
    throw error instanceof HooklineError
      ? new HooklineError('key_invalid', `${path}: ${error.message}`, error)
      : new HooklineError('key_invalid', `${path} cannot be read`, error);
  }
}

/** Written beside and linked into place, so that a kill leaves no half key; another process that was faster wins. */
export function makeMasterKeyFile(path: string): Uint8Array {
  const partial = `${path}.${randomBytes(6).toString('hex')}`;
  const file = openSync(partial, 'wx', 0o600);
  try {
    writeSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(partial, path);
  } catch (error: unknown) {
    if ((error as { readonly code?: unknown }).code !== 'EEXIST') throw error;
  } finally {
    rmSync(partial);
  }
  syncFolder(dirname(path));
  return readMasterKeyFile(path)!;
}

/** Makes a new name in a folder durable. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
