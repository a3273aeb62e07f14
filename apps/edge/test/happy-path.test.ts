import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEdgeRig, type EdgeRig } from './edge-rig.ts';

const CLICK = { event_type: 'click', event_date: '2026-02-03T04:05:06.123456789Z', list_id: 12, profile_id: 'p1', event_data: { campaign_id: 41, segment_id: 0 } };
const HOOK = { name: 'Orders', events: ['click'], request: { type: 'http', url: 'https://crm.example.com/in' } };

let rig: EdgeRig;
beforeAll(async () => {
  rig = await openEdgeRig();
});
afterAll(() => rig.close());

describe('events', () => {
  it('takes one event and answers only counts', async () => {
    const answer = await rig.call('POST', '/v1/events', { body: { ...CLICK, event_id: 'one' } });
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({ accepted: 1, duplicates: 0, rejected: 0, items: [] });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});
describe('hooks', () => {
  it('creates', async () => {
    const answer = await rig.call('POST', '/v1/hooks', { body: HOOK });
    expect(answer.text).toBe('');
    expect(answer.status).toBe(201);
  });
});
