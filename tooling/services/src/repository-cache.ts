import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRunning, nameProcess } from './process-stamp.ts';
import type { ProcessName } from './process-stamp.ts';
import { waitUntil } from './wait-until.ts';

/** The repository's git-ignored folder for what is fetched once. */
export const cacheFolder = (): string => fileURLToPath(new URL('../../../.cache', import.meta.url));

/** A cold fetch takes a minute on a slow line. */
const OTHERS_DEADLINE_MS = 600_000;

/**
 * `name` inside the cache, made by `fill` where it is missing. It appears whole or not at all, and one process makes it while others wait. What `fill` makes
 * must bear being renamed: no absolute paths into itself.
 */
export async function fetchOnce(name: string, fill: (folder: string) => Promise<void>, cache = cacheFolder()): Promise<string> {
  const folder = path.join(cache, name);
  const claim = path.join(cache, `.${name}.claim`);
  mkdirSync(cache, { recursive: true });
  let mine = false;
  await waitUntil(`another process to fetch ${name}`, () => existsSync(folder) || (mine = takeClaim(claim)), { deadlineMs: OTHERS_DEADLINE_MS });
  if (!mine) return folder;
  const draft = mkdtempSync(path.join(cache, `.${name}-`));
  try {
    // it may have come between the look and the claim
    if (existsSync(folder)) return folder;
    await fill(draft);
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(claim, { force: true });
  }
  return folder;
}

/** Writes our name where there is none, or a dead process's. */
function takeClaim(claim: string): boolean {
  try {
    writeFileSync(claim, JSON.stringify(nameProcess(process.pid)), { flag: 'wx' });
    return true;
  } catch {
    if (!isRunning(claimant(claim))) rmSync(claim, { force: true });
    return false;
  }
}

/** A claim that is just being written belongs to somebody: it is read as our own. */
function claimant(claim: string): ProcessName {
  try {
    return JSON.parse(readFileSync(claim, 'utf8')) as ProcessName;
  } catch {
    return nameProcess(process.pid);
  }
}
