import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fetchOnce } from './repository-cache.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), 'cache-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

it('makes a thing once for all who ask at the same time', async () => {
  let calls = 0;
  const fill = async (folder: string): Promise<void> => {
    calls += 1;
    await new Promise(setImmediate);
    writeFileSync(path.join(folder, 'file'), String(calls));
  };
  const folders = await Promise.all([fetchOnce('thing', fill, cache), fetchOnce('thing', fill, cache), fetchOnce('thing', fill, cache)]);
  expect(new Set(folders)).toEqual(new Set([path.join(cache, 'thing')]));
  expect(readFileSync(path.join(cache, 'thing/file'), 'utf8')).toBe('1');
  expect(await fetchOnce('thing', fill, cache)).toBe(folders[0]);
  expect(calls).toBe(1);
});

it('leaves nothing of a failure, and tries again', async () => {
  const fail = async (folder: string): Promise<void> => {
    writeFileSync(path.join(folder, 'half'), '');
    throw new Error('the line broke');
  };
  await expect(fetchOnce('thing', fail, cache)).rejects.toThrow('the line broke');
  expect(readdirSync(cache)).toEqual([]);
  await fetchOnce('thing', async () => {}, cache);
  expect(existsSync(path.join(cache, 'thing'))).toBe(true);
});

it('takes over from a process that died at it', async () => {
  writeFileSync(path.join(cache, '.thing.claim'), JSON.stringify({ pid: process.pid, stamp: 'another one with this pid' }));
  await fetchOnce('thing', async () => {}, cache);
  expect(readdirSync(cache)).toEqual(['thing']);
});
