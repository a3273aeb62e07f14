import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

// contract.md 5 and api.md 3: how large content may be, how long it is kept, and what happens where there is no room for more.

const HOUR_MS = 3_600_000;
const KIB = 1024;
/** A content of exactly that many bytes. */
const sized = (bytes: number): string => `{"html":"${'x'.repeat(bytes - '{"html":""}'.length)}"}`;

let rig: EdgeRig;
beforeEach(async () => {
  rig = await openEdgeRig({ contentBytesMax: 2_000 * KIB });
});
afterEach(() => rig.close());

describe('content', () => {
  it('is at most 512 KiB, in one string or in many', async () => {
    expect((await rig.call('PUT', '/v1/content/largest', { raw: sized(512 * KIB) })).status).toBe(201);
    expect(await rig.call('PUT', '/v1/content/larger', { raw: sized(512 * KIB + 1) })).toMatchObject({ status: 413, json: { error: { code: 'body_too_large' } } });
    expect((await rig.call('GET', '/v1/content/larger')).status).toBe(404);
  });

  it('is kept for 72 hours, and may be written anew then', async () => {
    await rig.call('PUT', '/v1/content/old', { raw: '{"channel":"sms","text":"first"}' });
    rig.clock.move(72 * HOUR_MS - 60_000);
    expect((await rig.call('GET', '/v1/content/old')).status).toBe(200);
    expect((await rig.call('PUT', '/v1/content/old', { raw: '{"channel":"sms","text":"second"}' })).status).toBe(409);
    rig.clock.move(60_000);
    expect((await rig.call('GET', '/v1/content/old')).status).toBe(404);
    expect((await rig.call('PUT', '/v1/content/old', { raw: '{"channel":"sms","text":"second"}' })).status).toBe(201);
  });

  it('is refused for now where there is no room; events that bring some go on without', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 5; n++) statuses.push((await rig.call('PUT', `/v1/content/many-${n}`, { raw: sized(500 * KIB) })).status);
    expect([statuses[0], statuses.at(-1)]).toEqual([201, 503]);
    const full = await rig.call('PUT', '/v1/content/many-5', { raw: sized(500 * KIB) });
    expect([full.json.error.code, full.headers.get('retry-after')]).toEqual(['content_full', '60']);
    const event = { event_type: 'send', event_date: '2026-02-03T04:05:06Z', event_id: 'full-1', event_data: {}, content: JSON.parse(sized(200 * KIB)) };
    expect((await rig.call('POST', '/v1/events', { body: event })).json).toMatchObject({ accepted: 1 });
    expect((await rig.call('GET', '/v1/content/many-0')).status).toBe(200);
  });
});
