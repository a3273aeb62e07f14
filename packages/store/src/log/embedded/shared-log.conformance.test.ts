import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe } from 'vitest';
import { sharedCases } from '../testing/shared-cases.ts';
import { EmbeddedExecutor } from './embedded-executor.ts';

describe('a shard that several share, in a file', () => {
  sharedCases(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hookline-shared-'));
    return { executor: () => new EmbeddedExecutor(path.join(folder, 'log.db'), 0), remove: async () => rmSync(folder, { recursive: true, force: true }) };
  }, { manyWriters: false });
});
