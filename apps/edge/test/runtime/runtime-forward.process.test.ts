import { startSqld } from '@hookline/services';
import { describeWithService } from '@hookline/services/vitest';
import { afterAll, expect, it } from 'vitest';
import { visit } from '../visitor-client.ts';
import { type RuntimeProcess, startRuntime } from '@hookline/runtimes';
import { ADMIN, onServer, PLATFORM, RUNTIMES } from './runtimes.ts';

// Workers that forward: events are judged near the visitor and kept by an edge process that lives.

const node = RUNTIMES.find(({ name }) => name === 'Node');
const worker = RUNTIMES.find(({ name }) => name === 'workerd');

await describeWithService('a worker in front of an edge process', () => startSqld({ private: true }), (sqld) => {
  if (node === undefined || worker === undefined) throw new TypeError('both runtimes are in the table');
  const running: RuntimeProcess[] = [];
  afterAll(() => Promise.all(running.map((edge) => edge.end('SIGKILL'))));

  it('answers 2xx only when the other one has it, once, and redirects while it is away', async () => {
    const env = onServer(sqld);
    const start = async (run: Parameters<typeof startRuntime>[0]): Promise<RuntimeProcess> => {
      const edge = await startRuntime(run);
      running.push(edge);
      return edge;
    };
    const keeper = await start(node.command(env));
    const front = await start(worker.command({ ...env, HOOKLINE_APPEND_URL: keeper.url, HOOKLINE_APPEND_TOKEN: PLATFORM }));
    const call = async (edge: RuntimeProcess, method: string, target: string, body?: unknown, headers: Record<string, string> = {}) => {
      const response = await fetch(`${edge.url}${target}`, { method, headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json', ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
      return { status: response.status, replay: response.headers.get('idempotent-replay'), json: (await response.json()) as Record<string, any> };
    };
    const { sid } = (await call(keeper, 'PUT', '/v1/pixels/7', { name: 'Shop', database_id: 12 })).json;
    const { path } = (await call(keeper, 'POST', '/v1/links', { pixel_id: 7, url: 'https://shop.example/' })).json;
    const event = (id: string, more: object = {}) => ({ event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_id: id, list_id: 12, profile: { f: 1.5 }, custom_data: { own: true }, content: { subject: 'x' }, event_data: { campaign_id: 4 }, ...more });
    const taken = async (): Promise<number> => Number(/hookline_edge_events_total\{result="accepted"\} (\d+)/.exec(await (await fetch(`${keeper.url}/metrics`)).text())?.[1]);

    expect([(await visit(front.url, `/pixel?i=${sid}`)).status, await taken()]).toEqual([200, 1]);
    expect([(await visit(front.url, path)).status, await taken()]).toEqual([302, 2]);
    expect((await Promise.all(Array.from({ length: 10 }, () => visit(front.url, `/pixel?i=${sid}&n=same`)))).map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await taken()).toBe(3);

    expect((await call(front, 'POST', '/v1/events', [event('a'), event('b'), event('a'), event('c', { event_type: 'nope' })])).json).toMatchObject({ accepted: 2, duplicates: 1, rejected: 1 });
    const kept = (await call(keeper, 'GET', '/v1/events/a')).json.event;
    expect(kept).toMatchObject({ account_id: 1, list_id: 12, custom_data: { own: true }, profile: { f: 1.5 }, event_data: { campaign_id: 4 } });
    const key = { 'idempotency-key': 'k-1' };
    const first = await call(front, 'POST', '/v1/events', [event('d')], key);
    expect(await call(front, 'POST', '/v1/events', [event('d')], key)).toEqual({ ...first, replay: 'true' });
    expect((await call(front, 'POST', '/v1/events', [event('e')], key)).status).toBe(422);

    await keeper.end('SIGKILL');
    const pixel = await visit(front.url, `/pixel?i=${sid}`);
    expect([pixel.status, pixel.body.length]).toEqual([503, 0]);
    expect((await call(front, 'POST', '/v1/events', event('f'))).status).toBe(503);
    const click = await visit(front.url, path);
    expect([click.status, click.headers['location']]).toEqual([302, 'https://shop.example/']);
  });
});
