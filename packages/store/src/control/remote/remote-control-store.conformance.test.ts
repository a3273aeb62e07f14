import { randomBytes } from 'node:crypto';
import { describeWithService, sharedSqld } from '@hookline/services/vitest';
import { afterAll } from 'vitest';
import { controlConformance } from '../../testing/control-conformance.ts';
import { RETENTION_HOURS } from '../../testing/control/control-harness.ts';
import { realClock } from '../../testing/real-clock.ts';
import { openRemoteControlStore } from './open-remote-control-store.ts';
import { createPooledFetch } from './pooled-fetch.ts';

await describeWithService('the remote control store', sharedSqld, ({ url, adminUrl }) => {
  const pool = createPooledFetch();
  afterAll(() => pool.close());

  controlConformance(async () => {
    const namespace = `control-${randomBytes(6).toString('hex')}`;
    const masterKey = randomBytes(32).toString('base64');
    const made = await fetch(`${adminUrl}/v1/namespaces/${namespace}/create`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    if (!made.ok) throw new Error(`the namespace was not made: ${made.status}`);
    return {
      open: (options) =>
        openRemoteControlStore({
          url,
          masterKey,
          retentionHours: RETENTION_HOURS,
          contentBytesMax: 1_000_000,
          clock: realClock,
          fetch(request) {
            request.headers.set('x-namespace-bin', Buffer.from(namespace).toString('base64').replace(/=+$/, ''));
            return pool.fetch(request);
          },
          ...options,
        }),
      remove: async () => void (await fetch(`${adminUrl}/v1/namespaces/${namespace}`, { method: 'DELETE' })),
    };
  });
});
