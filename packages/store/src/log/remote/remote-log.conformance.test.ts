import { randomBytes } from 'node:crypto';
import { describeWithService, sharedSqld } from '@hookline/services/vitest';
import { afterAll, describe } from 'vitest';
import { realClock } from '../../testing/real-clock.ts';
import { SqlLogBackend } from '../sql/sql-log-backend.ts';
import { logConformance } from '../testing/log-conformance.ts';
import { sharedCases } from '../testing/shared-cases.ts';
import { RemoteExecutor } from './remote-executor.ts';
import { createVerifiedFetch } from './verified-fetch.ts';

await describeWithService('the event log on a libSQL server', sharedSqld, ({ url, adminUrl }) => {
  const pool = createVerifiedFetch(async () => {});
  afterAll(() => pool.close());

  /** A database of its own, and how it is opened. */
  const makePlace = async () => {
    const namespace = `log-${randomBytes(6).toString('hex')}`;
    const made = await fetch(`${adminUrl}/v1/namespaces/${namespace}/create`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    if (!made.ok) throw new Error(`the namespace was not made: ${made.status}`);
    const inNamespace = (request: Request): Promise<Response> => {
      request.headers.set('x-namespace-bin', Buffer.from(namespace).toString('base64').replace(/=+$/, ''));
      return pool.fetch(request);
    };
    return {
      executor: () => new RemoteExecutor({ url, token: null, adminUrl, shard: 0, clock: realClock, fetch: inNamespace }),
      remove: async () => void (await fetch(`${adminUrl}/v1/namespaces/${namespace}`, { method: 'DELETE' })),
    };
  };
  logConformance(
    async () => {
      const { executor, remove } = await makePlace();
      return { backend: () => new SqlLogBackend(0, executor()), remove };
    },
    { sharedPlace: true },
  );
  describe('a shard that several share', () => sharedCases(makePlace, { manyWriters: true }));
});
