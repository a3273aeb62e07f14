import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minifySnippet, snippetModule } from '../snippet/minify-snippet.ts';
import { SNIPPET_TEXT } from '../src/pixel/snippet-text.ts';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';
import { visit } from './visitor-client.ts';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

describe('the text', () => {
  it('is made from its source', async () => {
    expect(read('../src/pixel/snippet-text.ts')).toBe(snippetModule(await minifySnippet(read('../snippet/snippet.js'))));
  });

  it('is below 2 KB, and needs neither eval nor inline code nor styles', () => {
    expect(gzipSync(SNIPPET_TEXT).length).toBeLessThan(2_048);
    expect(SNIPPET_TEXT).not.toMatch(/eval|Function\(|innerHTML|createElement|\.style|document\.write|\son[a-z]+=/);
  });
});

describe('GET /p.js', () => {
  let rig: EdgeRig;
  beforeAll(async () => {
    rig = await openEdgeRig();
  });
  afterAll(() => rig.close());

  it('is kept by whoever wants to, and asked for again cheaply', async () => {
    const seen = await visit(rig.server.url, '/p.js?v=1');
    expect([seen.status, seen.headers['content-type'], seen.body.toString()]).toEqual([200, 'text/javascript; charset=utf-8', SNIPPET_TEXT]);
    expect(seen.headers['cache-control']).toMatch(/public, max-age=\d+/);
    expect([seen.headers['access-control-allow-origin'], seen.headers['cross-origin-resource-policy'], seen.cookie]).toEqual(['*', 'cross-origin', null]);
    const etag = seen.headers['etag'] as string;
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await visit(rig.server.url, '/p.js', { headers: { 'if-none-match': known } });
      expect([again.status, again.body.length, again.headers['etag']]).toEqual([304, 0, etag]);
    }
    expect((await visit(rig.server.url, '/p.js', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    const head = await visit(rig.server.url, '/p.js', { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(SNIPPET_TEXT.length), 0]);
    const wrong = await visit(rig.server.url, '/p.js', { method: 'POST' });
    expect([wrong.status, wrong.body.length]).toEqual([405, 0]);
  });
});

/** As much of a browser as the snippet touches. Time and scrolling move only when told to. */
function openPage(dataset: Record<string, string>, browser: Record<string, unknown> = {}, queue?: unknown) {
  const sent: { url: string; body: Record<string, unknown> }[] = [];
  const timers: { at: number; run: () => void }[] = [];
  const listeners = new Map<string, Set<() => void>>();
  const events = {
    addEventListener: (name: string, run: () => void) => void listeners.set(name, (listeners.get(name) ?? new Set()).add(run)),
    removeEventListener: (name: string, run: () => void) => void listeners.get(name)?.delete(run),
  };
  const own: Record<string, unknown> = { currentScript: { dataset: { i: 'SID', ...dataset }, src: 'https://pxl.shop.example/p.js' }, documentElement: { scrollHeight: 2_000 }, referrer: 'https://search.example/', ...events, ...(browser['document'] as object) };
  const page: Record<string, unknown> = { location: { href: 'https://shop.example/a?utm_source=x' }, scrollY: 0, innerHeight: 500, crypto: { randomUUID: () => `n${sent.length}-${Math.random()}` }, ...events, ...(queue === undefined ? {} : { hookline: queue }) };
  const globals = {
    window: page, document: own, URL, setTimeout: (run: () => void, at: number) => void timers.push({ at, run }),
    navigator: { sendBeacon: (url: string, body: string) => sent.push({ url, body: JSON.parse(body) }) > 0, ...browser },
    fetch: async (url: string, { body }: { body: string }) => void sent.push({ url: `fetch ${url}`, body: JSON.parse(body) }),
  };
  const before = new Set(Object.keys(page));
  const run = (): void => void runInNewContext(SNIPPET_TEXT, globals);
  run();
  return {
    page, own, sent, run,
    added: Object.keys(page).filter((name) => !before.has(name)),
    hookline: page['hookline'] as { fire(options?: object): void; identify(who: object): void; consent(answer: boolean): void; push(...calls: unknown[]): void },
    settle: () => new Promise<void>((resolve) => setImmediate(resolve)),
    elapse(seconds: number) {
      for (const timer of timers.splice(0)) (timer.at <= seconds * 1_000 ? timer.run : () => timers.push(timer))();
    },
    scroll(to: number) {
      page['scrollY'] = to;
      for (const listener of [...(listeners.get('scroll') ?? [])]) listener();
    },
    emit: (name: string) => [...(listeners.get(name) ?? [])].forEach((listener) => void listener()),
    listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  };
}

describe('on a page', () => {
  let opened: ReturnType<typeof openPage>;
  const bodies = async (): Promise<Record<string, unknown>[]> => {
    await opened.settle();
    return opened.sent.map(({ body }) => body);
  };
  beforeEach(() => {
    opened = openPage({ manual: '' });
  });

  it('fires once when it is loaded, and leaves one name behind', async () => {
    opened = openPage({ goal: 'Visit', value: '2.5' });
    expect(await bodies()).toEqual([{ goal: 'Visit', value: 2.5, url: 'https://shop.example/a?utm_source=x', referer: 'https://search.example/', n: expect.any(String) }]);
    expect(opened.sent[0]?.url).toBe('https://pxl.shop.example/pixel?i=SID');
    expect(opened.added).toEqual(['hookline']);
  });

  it('fires by hand, with several goals and data, each hit with its own nonce', async () => {
    opened.hookline.fire({ goals: [{ goal: 'a', value: 1 }, { goal: 'b' }], data: { order: 'A-1' } });
    opened.hookline.fire();
    const [first, second] = await bodies();
    expect(first).toMatchObject({ goals: [{ goal: 'a', value: 1 }, { goal: 'b' }], pixel_data: { order: 'A-1' } });
    expect(first?.['n']).not.toBe(second?.['n']);
    expect(opened.sent).toHaveLength(2);
  });

  it('waits for the time on the page and the depth of scrolling that are asked for', async () => {
    opened = openPage({ goal: 'Read', timeout: '10', scroll: '60' });
    opened.elapse(9);
    opened.scroll(1_000);
    expect(await bodies()).toEqual([]);
    opened.elapse(10);
    expect(await bodies()).toMatchObject([{ goal: 'Read' }]);
    expect(opened.listening()).toBe(0);
    opened.hookline.fire({ goal: 'Top', scroll: 25 });
    opened.hookline.fire({ goal: 'Bottom', scroll: 100 });
    expect(await bodies()).toMatchObject([{ goal: 'Read' }, { goal: 'Top' }]);
    opened.scroll(1_500);
    expect(await bodies()).toMatchObject([{ goal: 'Read' }, { goal: 'Top' }, { goal: 'Bottom' }]);
  });

  it('does not fire while the page is only prepared', async () => {
    opened = openPage({}, { document: { prerendering: true } });
    expect(await bodies()).toEqual([]);
    opened.emit('prerenderingchange');
    expect(await bodies()).toHaveLength(1);
  });

  it('asks for a cookie only with consent, and tells who it is unless that is refused', async () => {
    opened = openPage({ consent: '1', profileId: 'p1' });
    expect(await bodies()).toMatchObject([{ consent: true, profile_id: 'p1' }]);
    opened.hookline.identify({ email: 'ann@example.net' });
    opened.hookline.fire();
    await opened.settle();
    opened.hookline.consent(false);
    opened.hookline.fire();
    const [, second, third] = await bodies();
    expect(second).toMatchObject({ consent: true, profile_id: 'p1', email: 'ann@example.net' });
    expect([third?.['consent'], third?.['profile_id'], third?.['email']]).toEqual([false, undefined, undefined]);
    opened = openPage({ consent: '0', profileId: 'p1' });
    expect((await bodies()).map((body) => [body['consent'], body['profile_id']])).toEqual([[false, undefined]]);
  });

  it('sends nothing before it is decided, where it is told to wait', async () => {
    opened = openPage({ consent: 'wait', goal: 'First' });
    opened.hookline.fire({ goal: 'Second' });
    expect(await bodies()).toEqual([]);
    opened.hookline.consent(true);
    expect(await bodies()).toMatchObject([{ goal: 'First', consent: true }, { goal: 'Second', consent: true }]);
    opened.hookline.fire({ goal: 'Third' });
    expect(await bodies()).toHaveLength(3);
  });

  it.each([{ globalPrivacyControl: true }, { doNotTrack: '1' }])('respects %j', async (browser) => {
    opened = openPage({ consent: '1', profileId: 'p1' }, browser);
    expect((await bodies()).map((body) => [body['consent'], body['profile_id']])).toEqual([[false, undefined]]);
    opened = openPage({ consent: '1', privacy: 'skip' }, browser);
    expect(await bodies()).toEqual([]);
  });

  it('takes calls that were made before it came', async () => {
    opened = openPage({ manual: '' }, {}, [['identify', { profile_id: 'p9' }], ['fire', { goal: 'Early' }]]);
    expect(await bodies()).toMatchObject([{ goal: 'Early', profile_id: 'p9' }]);
    opened.hookline.push(['fire', { goal: 'Late' }]);
    expect(await bodies()).toHaveLength(2);
  });

  it('twice on a page is two pixels and one global', async () => {
    const first = opened.page['hookline'];
    opened.own['currentScript'] = { dataset: { i: 'OTHER' }, src: 'https://pxl.shop.example/p.js' };
    opened.run();
    await opened.settle();
    expect(opened.page['hookline']).toBe(first);
    expect(opened.sent.map(({ url }) => url)).toEqual(['https://pxl.shop.example/pixel?i=OTHER']);
  });

  it('uses fetch where a beacon is refused', async () => {
    opened = openPage({ goal: 'x' }, { sendBeacon: () => false });
    await opened.settle();
    expect(opened.sent).toMatchObject([{ url: 'fetch https://pxl.shop.example/pixel?i=SID', body: { goal: 'x' } }]);
  });
});
