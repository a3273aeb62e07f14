import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeMasterKeyFile, readMasterKeyFile } from './master-key-file.ts';

describe('the master key file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hookline-key-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made once, for its owner only, with nothing left beside it', () => {
    const path = join(folder, 'master.key');
    expect(readMasterKeyFile(path)).toBeNull();
    const key = makeMasterKeyFile(path);
    expect([key.length, readMasterKeyFile(path), makeMasterKeyFile(path)]).toEqual([32, key, key]);
    expect([statSync(path).mode & 0o777, readdirSync(folder)]).toEqual([0o600, ['master.key']]);
  });

  it('is not taken when it does not hold a key', () => {
    const path = join(folder, 'master.key');
    writeFileSync(path, 'half');
    expect(() => readMasterKeyFile(path)).toThrow(expect.objectContaining({ code: 'key_invalid' }));
  });
});
