import { startSqld } from '@hookline/services';
import { describeWithService, sharedSqld } from '@hookline/services/vitest';
import { it } from 'vitest';
import { visit } from '../visitor-client.ts';
import { startRuntime } from '@hookline/runtimes';
import { ADMIN, onServer, RUNTIMES } from './runtimes.ts';

// What happens on every runtime while the libSQL server is away. Each test has a server of its own, so that they wait at the same time.

const EVENT = { event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_data: {} };

await describeWithService('while the libSQL server is away', sharedSqld, () => {
  it.concurrent.for(RUNTIMES)('$name refuses events honestly, redirects clicks, and takes events again by itself', async (runtime, { expect, onTestFinished }) => {
    const sqld = await startSqld({ private: true });
    onTestFinished(() => sqld.stop());
    const edge = await startRuntime(runtime.command(onServer(sqld)));
    onTestFinished(async () => void (await edge.end('SIGKILL')));
    const call = (method: string, target: string, body: unknown): Promise<Response> => fetch(`${edge.url}${target}`, { method, headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const { sid } = (await (await call('PUT', '/v1/pixels/7', { name: 'Shop', database_id: 12 })).json()) as { sid: string };
    const { path } = (await (await call('POST', '/v1/links', { pixel_id: 7, url: 'https://shop.example/' })).json()) as { path: string };
    expect([(await visit(edge.url, `/pixel?i=${sid}`)).status, (await visit(edge.url, path)).status, (await call('POST', '/v1/events', EVENT)).status]).toEqual([200, 302, 202]);

    await sqld.kill9();
    const form = new FormData();
    form.set('wn', 'purchase');
    const sendSdk = (): Promise<Response> => fetch(`${edge.url}/event/post?i=${sid}`, { method: 'POST', headers: { authorization: `Bearer ${ADMIN}` }, body: form });
    const [pixel, click, ingest, sdk] = await Promise.all([visit(edge.url, `/pixel?i=${sid}`), visit(edge.url, path), call('POST', '/v1/events', EVENT), sendSdk()]);
    expect([pixel.status, pixel.body.length, pixel.headers['retry-after']]).toEqual([503, 0, '1']);
    expect([click.status, click.headers['location']]).toEqual([302, 'https://shop.example/']);
    expect([ingest.status, ingest.headers.get('retry-after')]).toEqual([503, '1']);
    expect([sdk.status, sdk.headers.get('retry-after')]).toEqual([503, '1']);
    await expect.poll(async () => /^edge_unaccepted_total (\d+)$/m.exec(await (await fetch(`${edge.url}/metrics`)).text())?.[1], { timeout: 15_000 }).toBe('4');
    expect((await fetch(`${edge.url}/readyz`)).status).toBe(503);

    await sqld.start();
    await expect.poll(async () => (await visit(edge.url, `/pixel?i=${sid}`)).status, { timeout: 30_000, interval: 200 }).toBe(200);
    expect((await call('POST', '/v1/events', EVENT)).status).toBe(202);
    await expect.poll(async () => (await fetch(`${edge.url}/readyz`)).status, { timeout: 30_000, interval: 200 }).toBe(200);
  });
});
