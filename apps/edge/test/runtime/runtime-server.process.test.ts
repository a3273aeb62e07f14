import { startSqld } from '@hookline/services';
import { describeWithService } from '@hookline/services/vitest';
import { describe } from 'vitest';
import { edgeSuite } from './edge-suite.ts';
import { startRuntime } from '@hookline/runtimes';
import { onServer, RUNTIMES } from './runtimes.ts';

// The edge on a libSQL server: the whole suite where the runtime has no files of its own.

await describeWithService('an edge on a libSQL server', () => startSqld({ private: true }), (sqld) => {
  describe.each(RUNTIMES.filter((runtime) => !runtime.hasFiles))('$name', (runtime) => {
    edgeSuite({ gaps: runtime.gaps, start: () => startRuntime(runtime.command({ ...onServer(sqld), HOOKLINE_ALLOW_DESTINATIONS: '127.0.0.1' })) });
  });
});
