import type { EventRow } from '@hookline/core';
import { HooklineError } from '@hookline/core';
import type { ControlStore } from '@hookline/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';
import { visit, type VisitOptions } from './visitor-client.ts';

// A visitor who becomes known: later events carry the profile.

const DAY_MS = 24 * 3_600_000;

let rig: EdgeRig;
let sid: string;
let controlAway = false;
beforeAll(async () => {
  rig = await openEdgeRig({
    deps: ({ control }) => ({
      control: Object.create(control, {
        visitors: { value: { ...control.visitors, find: (...given: Parameters<typeof control.visitors.find>) => (controlAway ? Promise.reject(new HooklineError('store_unavailable', 'test')) : control.visitors.find(...given)) } },
      }) as ControlStore,
    }),
  });
  sid = (await rig.call('PUT', '/v1/pixels/7', { body: { name: 'Shop', database_id: 12, domain: 'shop.example' } })).json.sid;
});
afterAll(() => rig.close());

const last = async (): Promise<EventRow> => (await rig.events()).at(-1) as EventRow;
const message = async () => JSON.parse(`${(await last()).base}}`) as Record<string, unknown>;

/** A browser with a jar for one cookie. */
function browser() {
  let cookie: string | null = null;
  const send = async (target: string, options: VisitOptions = {}): Promise<EventRow> => {
    const seen = await visit(rig.server.url, target, { ...options, headers: { ...options.headers, host: 'shop.example', ...(cookie === null ? {} : { cookie }) } });
    expect(seen.status).toBeLessThan(400);
    cookie = seen.cookie?.split(';', 1)[0] ?? cookie;
    return last();
  };
  return {
    fire: (query = '&consent=1', pixel = sid) => send(`/pixel?i=${pixel}${query}`),
    beacon: (body: object) => send(`/pixel?i=${sid}`, { method: 'POST', body: JSON.stringify(body) }),
    follow: (link: string) => send(link),
    visitor: () => cookie?.split('=')[1] as string,
  };
}

describe('a visitor', () => {
  it('is nobody until a hit names the profile, and that profile from then on', async () => {
    const one = browser();
    const two = browser();
    await one.fire();
    await two.fire();
    expect((await one.fire()).profileId).toBeNull();
    expect((await one.fire('&profile_id=p1')).profileId).toBe('p1');
    expect((await one.fire('')).profileId).toBe('p1');
    expect((await one.beacon({ goal: 'later' })).profileId).toBe('p1');
    expect((await two.fire()).profileId).toBeNull();
  });

  it('becomes known by an email, which is kept as hashes', async () => {
    const one = browser();
    await one.beacon({ consent: true, email: 'bob@example.net' });
    await one.fire('');
    expect(await message()).toMatchObject({ _md5: expect.stringMatching(/^[0-9a-f]{32}$/), _xxh: expect.stringMatching(/^[0-9a-f]{16}$/) });
    await rig.call('PUT', '/v1/databases/12/profiles/p-bob', { body: { fields: { email: 'bob@example.net' } } });
    expect((await one.beacon({ email: 'bob@example.net' })).profileId).toBe('p-bob');
    expect((await one.fire('')).profileId).toBe('p-bob');
  });

  it('becomes known by a signed link, and known visitors click as who they are', async () => {
    const one = browser();
    await one.fire();
    const link = (await rig.call('POST', '/v1/links', { body: { pixel_id: 7, url: 'https://shop.example/', profile_id: 'p3' } })).json.path;
    const anonymous = (await rig.call('POST', '/v1/links', { body: { pixel_id: 7, url: 'https://shop.example/' } })).json.path;
    expect(await one.follow(link)).toMatchObject({ eventType: 'click', profileId: 'p3' });
    expect((await one.fire('')).profileId).toBe('p3');
    expect(await one.follow(anonymous)).toMatchObject({ eventType: 'click', profileId: 'p3' });
  });

  it('becomes known by the goals API', async () => {
    const one = browser();
    await one.fire();
    const body = { db_id: 12, pixel_id: 7, matching: 'profile_id', profile_id: 'p4', visitor_id: one.visitor() };
    expect((await rig.call('POST', '/api/v1.1/goals/register', { body })).json.error).toBe(0);
    expect((await one.fire('')).profileId).toBe('p4');
  });

  it('is known to one database of one account', async () => {
    const one = browser();
    await one.fire('&consent=1&profile_id=p5');
    const elsewhere = (await rig.call('PUT', '/v1/pixels/9', { body: { name: 'Other database', database_id: 13, domain: 'shop.example' } })).json.sid;
    expect((await one.fire('', elsewhere)).profileId).toBeNull();
    expect((await one.fire('')).profileId).toBe('p5');
  });

  it('who does not want to be known is not, and is forgotten by the browser', async () => {
    const one = browser();
    await one.fire('&consent=1&profile_id=p6');
    expect((await one.fire('&consent=0')).profileId).toBeNull();
    expect((await one.fire('')).profileId).toBeNull();
  });

  it('whose profile is deleted is nobody again', async () => {
    await rig.call('PUT', '/v1/databases/12/profiles/p7', { body: { fields: {} } });
    const one = browser();
    await one.fire('&consent=1&profile_id=p7');
    expect((await one.fire('')).profileId).toBe('p7');
    await rig.call('DELETE', '/v1/databases/12/profiles/p7');
    expect((await one.fire('')).profileId).toBeNull();
    rig.clock.move(2 * DAY_MS);
    expect((await one.fire('')).profileId).toBeNull();
  });

  it('fires also while nobody can tell who it is', async () => {
    const one = browser();
    await one.fire('&consent=1&profile_id=p8');
    controlAway = true;
    expect((await one.fire('').finally(() => (controlAway = false))).profileId).toBeNull();
    expect((await one.fire('')).profileId).toBe('p8');
  });
});
