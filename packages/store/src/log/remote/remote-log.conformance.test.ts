import { sharedSqld, describeWithService } from '@hookline/services/vitest';
import { realClock } from '../../testing/real-clock.ts';
import { SqlLogBackend } from '../sql/sql-log-backend.ts';
import { logConformance } from '../testing/log-conformance.ts';
import { RemoteExecutor } from './remote-executor.ts';
import { createNamespace } from './test-namespace.ts';

await describeWithService('the event log on a libSQL server', sharedSqld, ({ url, adminUrl }) => {
  logConformance(
    async () => {
      const own = await createNamespace(url, adminUrl);
      return { backend: () => new SqlLogBackend(0, new RemoteExecutor({ url: own.url, token: null, adminUrl, shard: 0, clock: realClock })), remove: own.remove };
    },
    { sharedPlace: true },
  );
});
