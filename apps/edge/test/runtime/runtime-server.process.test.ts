import { startSqld } from '@hookline/services';
import { describeWithService } from '@hookline/services/vitest';
import { afterAll, describe, expect, it } from 'vitest';
import { visit } from '../visitor-client.ts';
import { describeRuntime } from './describe-runtime.ts';
import { ADMIN, edgeSuite, PLATFORM } from './edge-suite.ts';
import { MASTER_KEY, RUNTIMES } from './runtimes.ts';
import { startRuntime } from './runtime-process.ts';

// The edge on a libSQL server: the whole suite where the runtime has no files of its own, and on every runtime what happens while the server is away.

await describeWithService('an edge on a libSQL server', () => startSqld({ private: true }), (sqld) => {
  const env = {
    HOOKLINE_DATABASE_URL: sqld.url, HOOKLINE_DATABASE_ADMIN_URL: sqld.adminUrl, HOOKLINE_MASTER_KEY: MASTER_KEY, HOOKLINE_ADMIN_TOKEN: ADMIN, HOOKLINE_PLATFORM_TOKEN: PLATFORM, HOOKLINE_ALLOW_DESTINATIONS: '127.0.0.1',
  };

  describe.each(RUNTIMES.filter((runtime) => !runtime.hasFiles))('$name', (runtime) => {
    describeRuntime(runtime, (command) => edgeSuite({ gaps: runtime.gaps, start: () => startRuntime(command(env)) }));
  });
});

for (const runtime of RUNTIMES) {
  await describeWithService(`${runtime.name} while its libSQL server is away`, () => startSqld({ private: true }), (sqld) => {
    describeRuntime(runtime, (command) => {
      it('refuses events honestly, redirects clicks, and takes events again by itself', async () => {
        const edge = await startRuntime(command({ HOOKLINE_DATABASE_URL: sqld.url, HOOKLINE_DATABASE_ADMIN_URL: sqld.adminUrl, HOOKLINE_MASTER_KEY: MASTER_KEY, HOOKLINE_ADMIN_TOKEN: ADMIN }));
        afterAll(() => edge.end('SIGKILL'));
        const call = async (method: string, target: string, body: unknown) => fetch(`${edge.url}${target}`, { method, headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
        const { sid } = (await (await call('PUT', '/v1/pixels/7', { name: 'Shop', database_id: 12 })).json()) as { sid: string };
        const { path } = (await (await call('POST', '/v1/links', { pixel_id: 7, url: 'https://shop.example/' })).json()) as { path: string };
        const event = { event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_data: {} };
        expect([(await visit(edge.url, `/pixel?i=${sid}`)).status, (await visit(edge.url, path)).status, (await call('POST', '/v1/events', event)).status]).toEqual([200, 302, 202]);

        await sqld.kill9();
        const [pixel, click, ingest] = await Promise.all([visit(edge.url, `/pixel?i=${sid}`), visit(edge.url, path), call('POST', '/v1/events', event)]);
        expect([pixel.status, pixel.body.length, pixel.headers['retry-after']]).toEqual([503, 0, '1']);
        expect([click.status, click.headers['location']]).toEqual([302, 'https://shop.example/']);
        expect([ingest.status, ingest.headers.get('retry-after')]).toEqual([503, '1']);
        await expect.poll(async () => /^edge_unaccepted_total (\d+)$/m.exec(await (await fetch(`${edge.url}/metrics`)).text())?.[1], { timeout: 15_000 }).toBe('3');
        expect((await fetch(`${edge.url}/readyz`)).status).toBe(503);

        await sqld.start();
        await expect.poll(async () => (await visit(edge.url, `/pixel?i=${sid}`)).status, { timeout: 30_000, interval: 200 }).toBe(200);
        expect((await call('POST', '/v1/events', event)).status).toBe(202);
        await expect.poll(async () => (await fetch(`${edge.url}/readyz`)).status, { timeout: 30_000, interval: 200 }).toBe(200);
      });
    });
  });
}
