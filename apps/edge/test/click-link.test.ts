import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type EventRow, HooklineError } from '@hookline/core';
import type { ControlStore, EventLog } from '@hookline/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';
import { type Seen, visit, type VisitOptions } from './visitor-client.ts';

// api.md 6 and bad-input.md B16–B19: a link leads where its signature says, also while storage is away, and never elsewhere.

const TARGET = 'https://shop.example/x?a=1&b=%20#top';

let rig: EdgeRig;
let failWith: HooklineError | null = null;
/** Hangs appends until it is called. */
let release: (() => void) | null = null;
let controlAway = false;
let sid: string;
beforeAll(async () => {
  rig = await openEdgeRig({
    deps: ({ log, control }) => ({
      logs: [Object.create(log, { append: { value: appendOf(log) } }) as EventLog],
      control: Object.create(control, {
        pixels: { value: { ...control.pixels, bySid: (id: string) => (controlAway ? away() : control.pixels.bySid(id)) } },
        keys: { value: { ...control.keys, linkKeys: (accountId: number) => (controlAway ? away() : control.keys.linkKeys(accountId)) } },
      }) as ControlStore,
    }),
  });
  sid = (await rig.call('PUT', '/v1/pixels/7', { body: { name: 'Links', database_id: 12, domain: 'shop.example' } })).json.sid;
});
afterAll(() => rig.close());

const away = (): Promise<never> => Promise.reject(new HooklineError('store_unavailable', 'test'));
function appendOf(log: EventLog): EventLog['append'] {
  return async (request) => {
    if (failWith !== null) throw failWith;
    if (release !== null) await new Promise<void>((resolve) => (release = resolve));
    return log.append(request);
  };
}

const follow = (pathAndQuery: string, options: VisitOptions = {}): Promise<Seen> => visit(rig.server.url, pathAndQuery, options);
const count = async (): Promise<number> => (await rig.events()).length;
const last = async (): Promise<EventRow> => (await rig.events()).at(-1) as EventRow;
const messageOf = (row: EventRow) => JSON.parse(`${row.base}}`) as Record<string, unknown> & { event_data: Record<string, unknown> };
const newestKey = async (): Promise<Buffer> => Buffer.from((await rig.call('GET', '/v1/links/keys')).json.keys[0], 'base64');
const sign = (unsigned: string, key: Uint8Array): string => `${unsigned}&s=${createHmac('sha256', key).update(unsigned).digest('base64url')}`;
const unaccepted = async (): Promise<number> => Number(/^edge_unaccepted_total (\d+)$/m.exec((await rig.call('GET', '/metrics')).text)?.[1]);

async function makeLink(body: object): Promise<string> {
  const made = await rig.call('POST', '/v1/links', { body: { pixel_id: 7, url: TARGET, ...body } });
  expect(made.status).toBe(200);
  expect(made.json.url).toBe(`${rig.server.url}${made.json.path}`);
  return made.json.path;
}

async function refused(pathAndQuery: string, status = 400): Promise<void> {
  const before = await count();
  const seen = await follow(pathAndQuery);
  expect([seen.status, seen.body.length, seen.headers['location']]).toEqual([status, 0, undefined]);
  expect(await count()).toBe(before);
}

describe('a link', () => {
  it('redirects to its target and records a click', async () => {
    const link = await makeLink({ profile_id: 'p 1', event_data: { campaign_id: 41, message_id: 40, big: 9007199254740991 } });
    expect(link.startsWith(`/r/${sid}?u=${encodeURIComponent(TARGET)}&profile_id=p%201&e=`)).toBe(true);
    const before = await count();
    const seen = await follow(link, { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0' } });
    expect([seen.status, seen.headers['location'], seen.headers['cache-control'], seen.body.length]).toEqual([302, TARGET, 'no-store', 0]);
    expect(await count()).toBe(before + 1);
    const row = await last();
    expect(row).toMatchObject({ accountId: 1, databaseId: 12, eventType: 'click', profileId: 'p 1', mailingId: 41, templateId: 40, pixelId: null });
    expect(messageOf(row)).toMatchObject({ event_type: 'click', list_id: 12, account_id: 1, is_test: false, event_data: { campaign_id: 41, link_url: TARGET, ip: '127.0.0.1', browser: 'Firefox' } });
  });

  it('keeps the bytes of its event data', async () => {
    const path = await rig.call('POST', '/v1/links', { raw: `{"pixel_id":7,"url":"${TARGET}","event_data":{ "n" : 1.50, "big":9007199254740993,"ip":"own" }}` });
    await follow(path.json.path);
    expect((await last()).base).toContain('"n" : 1.50, "big":9007199254740993,"ip":"own","link_url"');
  });

  it('may be of another type, and its pixel is named where the type is about pixels', async () => {
    await follow(await makeLink({ event_type: 'click_sms' }));
    expect(await last()).toMatchObject({ eventType: 'click_sms', pixelId: null });
    await rig.call('PUT', '/v1/event-types/banner_click', { body: { subjects: ['pixel'] } });
    await follow(await makeLink({ event_type: 'banner_click' }));
    expect(await last()).toMatchObject({ eventType: 'banner_click', pixelId: 7 });
  });

  it('keeps parameters that it does not know out of the event', async () => {
    const unsigned = `/r/${sid}?u=${encodeURIComponent('http://shop.example/')}&fbclid=abc&event_type=open`;
    expect((await follow(sign(unsigned, await newestKey()))).headers['location']).toBe('http://shop.example/');
    expect((await last()).base).not.toContain('abc');
    expect(await last()).toMatchObject({ eventType: 'click' });
  });

  it('that is only looked at, or fetched ahead, is no click', async () => {
    const link = await makeLink({});
    const before = await count();
    for (const options of [{ method: 'HEAD' }, { headers: { 'sec-purpose': 'prefetch' } }, { headers: { purpose: 'prefetch' } }]) {
      const seen = await follow(link, options);
      expect([seen.status, seen.headers['location']]).toEqual([302, TARGET]);
    }
    expect(await count()).toBe(before);
    expect((await follow(link, { method: 'POST' })).status).toBe(405);
  });

  it('sets a cookie only with consent', async () => {
    expect((await follow(await makeLink({}))).cookie).toBeNull();
    const link = await makeLink({ consent: true });
    expect((await follow(link, { headers: { host: 'pxl.shop.example' } })).cookie).toMatch(/^hl_\w+=[\w-]{22}; .*SameSite=Lax$/);
    expect((await follow(link, { headers: { 'sec-gpc': '1' } })).cookie).toBeNull();
  });

  it('whose event cannot be leads on, and is counted', async () => {
    const before = await unaccepted();
    for (const query of [`&e=***`, `&e=${Buffer.from('[1]').toString('base64url')}`, `&e=${Buffer.from('{"a":1,"a":2}').toString('base64url')}`, '&t=no_such_type']) {
      const seen = await follow(sign(`/r/${sid}?u=${encodeURIComponent(TARGET)}${query}`, await newestKey()));
      expect([seen.status, seen.headers['location']]).toEqual([302, TARGET]);
    }
    expect(await unaccepted()).toBe(before + 4);
  });
});

describe('making links', () => {
  it.each([
    [{ pixel_id: 999 }, '/pixel_id'], [{ url: 'ftp://x.example/' }, '/url'], [{ url: '//x.example' }, '/url'], [{ url: 'https://a@x.example/' }, '/url'], [{ url: 'javascript:alert(1)' }, '/url'], [{ url: `https://x.example/${'x'.repeat(5_000)}` }, '/url'],
    [{ event_type: 'nope' }, '/event_type'], [{ event_data: [] }, '/event_data'], [{ event_data: { campaign_id: 'x' } }, '/event_data/campaign_id'], [{ profile_id: 'x'.repeat(129) }, '/profile_id'], [{ unknown: 1 }, '/unknown'],
    [{ event_data: { text: 'x'.repeat(8_000) } }, ''],
  ])('refuses %j', async (body, where) => {
    expect(await rig.call('POST', '/v1/links', { body: { pixel_id: 7, url: TARGET, ...body } })).toMatchObject({ status: 422, json: { error: { path: where } } });
  });

  it('is for the account\'s own; its keys are the master\'s', async () => {
    expect((await rig.call('POST', '/v1/links', { token: rig.other, body: { pixel_id: 7, url: TARGET } })).status).toBe(422);
    const plain = await rig.token({ master: false });
    expect((await rig.call('POST', '/v1/links', { token: plain, body: { pixel_id: 7, url: TARGET } })).status).toBe(200);
    for (const method of ['GET', 'POST']) expect((await rig.call(method, '/v1/links/keys', { token: plain })).status).toBe(403);
    expect((await rig.call('GET', '/v1/links/keys')).json.keys.every((key: string) => Buffer.from(key, 'base64').length === 32)).toBe(true);
  });
});

describe('signatures', () => {
  it('B16: a target that is not signed is not followed', async () => {
    const evil = `/r/${sid}?u=${encodeURIComponent('https://evil.com')}`;
    const link = await makeLink({});
    const signature = link.slice(link.indexOf('&s='));
    for (const path of [evil, `${evil}&s=`, `${evil}${signature}`, `${link}&x=1`, `${link}&u=${encodeURIComponent('https://evil.com')}`, `/r/${sid}?s=${signature.slice(3)}&u=${encodeURIComponent(TARGET)}`, `/r/${sid}`, `/r/${sid}?`]) await refused(path);
  });

  it('B18: any change of it, or of what it covers, is refused', async () => {
    const link = await makeLink({ profile_id: 'p1' });
    for (let at = link.length - 43; at < link.length; at++) await refused(link.slice(0, at) + (link[at] === 'A' ? 'B' : 'A') + link.slice(at + 1));
    for (const changed of [link.slice(0, -1), `${link}=`, `${link}A`, link.replace('p1', 'p2'), link.replace('&profile_id=', '&Profile_id='), link.replace('?u=', '?&u=')]) await refused(changed);
    const second = (await rig.call('PUT', '/v1/pixels/8', { body: { name: 'Second', database_id: 12 } })).json.sid;
    await refused(link.replace(sid, second));
    await refused(sign(`/r/${sid}?u=${encodeURIComponent(TARGET)}`, Buffer.alloc(32, 1)));
  });

  it('B18: an unknown sid is 404, as is one that was switched off', async () => {
    await refused(sign(`/r/${'A'.repeat(24)}?u=${encodeURIComponent(TARGET)}`, await newestKey()), 404);
    const off = (await rig.call('PUT', '/v1/pixels/9', { body: { name: 'Off', database_id: 12, active: false } })).json.sid;
    await refused(sign(`/r/${off}?u=${encodeURIComponent(TARGET)}`, await newestKey()), 404);
  });

  it('B18: the last two keys verify, older ones do not', async () => {
    const first = await makeLink({});
    const rotated = await rig.call('POST', '/v1/links/keys');
    expect(rotated.json.keys).toHaveLength(2);
    expect((await follow(first)).status).toBe(302);
    expect((await follow(await makeLink({}))).status).toBe(302);
    await rig.call('POST', '/v1/links/keys');
    await refused(first);
  });
});

describe('targets', () => {
  it.each([
    '//evil.com', '/\\evil.com', 'https:evil', 'https:/evil.com', 'https:\\\\evil.com', 'javascript:alert(1)', 'data:text/html,x', '\thttps://evil.com', ' https://evil.com', 'https://good@evil.com', 'https://good:x@evil.com', '%2f%2fevil.com', 'https://evil.com\r\nX: y',
    'https://evil.com\\@good.com', 'https://', 'https:///evil.com', 'http://[::1', 'ftp://evil.com', 'HTTPS:evil.com', 'vbscript:x', '', 'evil.com', 'https://ev\u0000il.com', 'https://a b.com',
  ])('B17: %j is no target, even with a valid signature', async (target) => {
    const unsigned = `/r/${sid}?u=${encodeURIComponent(target)}`;
    await refused(sign(unsigned, await newestKey()));
  });

  const corpus = path.resolve(import.meta.dirname, '../../../../shared/corpora/open-redirect.json');
  it.skipIf(!existsSync(corpus))('B17: the strings of the open-redirect corpus lead nowhere unsigned, and signed only where they are plain URLs', async () => {
    const strings = (JSON.parse(readFileSync(corpus, 'utf8')) as string[]).map((text) => Buffer.from(text, 'base64').toString());
    expect(strings.length).toBeGreaterThanOrEqual(240);
    const key = await newestKey();
    for (const target of strings) {
      const unsigned = `/r/${sid}?u=${encodeURIComponent(target)}`;
      expect((await follow(unsigned)).status).toBe(400);
      expect((await follow(`${unsigned}&s=${'A'.repeat(43)}`)).status).toBe(400);
      const seen = await follow(sign(unsigned, key));
      if (seen.status !== 302) continue;
      const { protocol, username } = new URL(target);
      expect([protocol.startsWith('http'), username, new URL(seen.headers['location'] as string).host]).toEqual([true, '', new URL(target).host]);
    }
  }, 60_000);

  it('are sent as they were given, encoded where a header could not hold them', async () => {
    const location = async (target: string) => (await follow(sign(`/r/${sid}?u=${encodeURIComponent(target)}`, await newestKey()))).headers['location'];
    expect(await location('https://shop.example')).toBe('https://shop.example');
    expect(await location('HTTP://Shop.Example/%2e%2e/A?x=[1]')).toBe('HTTP://Shop.Example/%2e%2e/A?x=[1]');
    expect(await location('https://bücher.example/ä?ö=ü')).toBe('https://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC');
  });
});

describe('while storage is away', () => {
  it('B19: the visitor is redirected, and the event is counted as unaccepted', async () => {
    const link = await makeLink({});
    const [events, counted] = [await count(), await unaccepted()];
    failWith = new HooklineError('store_unavailable', 'test');
    const seen = await follow(link).finally(() => (failWith = null));
    expect([seen.status, seen.headers['location']]).toEqual([302, TARGET]);
    expect([await count(), await unaccepted()]).toEqual([events, counted + 1]);
  });

  it('B19: a log that does not answer does not hold the visitor up; what became of the click is counted when it is known', async () => {
    const link = await makeLink({});
    const events = await count();
    release = () => {};
    const seen = await follow(link);
    expect([seen.status, await count()]).toEqual([302, events]);
    release();
    release = null;
    await expect.poll(count).toBe(events + 1);
  });

  it('B19: links work without the control data, for pixels that were never asked for too', async () => {
    const links = [await makeLink({})];
    const fresh = (await rig.call('PUT', '/v1/pixels/70', { body: { name: 'Fresh', database_id: 12 } })).json.sid;
    links.push(sign(`/r/${fresh}?u=${encodeURIComponent(TARGET)}`, await newestKey()));
    controlAway = true;
    const seen = await Promise.all([...links.map((link) => follow(link)), follow(sign(`/r/${'A'.repeat(24)}?u=${encodeURIComponent(TARGET)}`, Buffer.alloc(32)))]).finally(() => (controlAway = false));
    expect(seen.map(({ status, headers }) => [status, headers['location']])).toEqual([[302, TARGET], [302, TARGET], [503, undefined]]);
  });
});
