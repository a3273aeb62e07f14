import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe } from 'vitest';
import { SqlLogBackend } from '../sql/sql-log-backend.ts';
import { logConformance } from '../testing/log-conformance.ts';
import { EmbeddedExecutor } from './embedded-executor.ts';

describe('the event log in a file', () => {
  logConformance(
    async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'hookline-log-'));
      return {
        backend: () => new SqlLogBackend(0, new EmbeddedExecutor(path.join(folder, 'log.db'), 0)),
        remove: async () => rmSync(folder, { recursive: true, force: true }),
      };
    },
    { sharedPlace: true },
  );
});
