import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe } from 'vitest';
import { edgeSuite } from './edge-suite.ts';
import { startRuntime } from '@hookline/runtimes';
import { ADMIN, PLATFORM, RUNTIMES } from './runtimes.ts';

// The edge on its own files, on every runtime that has files.

describe.each(RUNTIMES.filter((runtime) => runtime.hasFiles))('$name', (runtime) => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-runtime-'));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
  const env = { HOOKLINE_DATA_DIR: dataDir, HOOKLINE_ADMIN_TOKEN: ADMIN, HOOKLINE_PLATFORM_TOKEN: PLATFORM, HOOKLINE_ALLOW_DESTINATIONS: '127.0.0.1' };
  edgeSuite({ gaps: runtime.gaps, start: () => startRuntime(runtime.command(env)) });
});
