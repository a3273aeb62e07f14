import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { controlConformance } from '../../testing/control-conformance.ts';
import { RETENTION_HOURS } from '../../testing/control/control-harness.ts';
import { realClock } from '../../testing/real-clock.ts';
import { openEmbeddedControlStore } from './open-embedded-control-store.ts';

describe('the embedded control store', () => {
  controlConformance(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'hookline-control-'));
    return {
      open: (options) => openEmbeddedControlStore({ dataDir, retentionHours: RETENTION_HOURS, contentBytesMax: 1_000_000, clock: realClock, ...options }),
      remove: async () => rmSync(dataDir, { recursive: true }),
    };
  });
});
