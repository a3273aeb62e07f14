import type { EventRow, HookSelection } from '@hookline/core';
import { expect, it } from 'vitest';
import { NO_IDS } from '../hook-timeline.ts';
import { ExportPlan } from './export-plan.ts';

const selection: HookSelection = {
  databaseId: null, events: ['click'], filters: { resources: [], mailings: [1], templates: [], segments: [], pixels: [] }, customData: { fields: [], template: {} }, includeContent: false, includeEventId: true, subjects: { click: ['mailing'] },
};
const row = (position: number, mailingId: number): EventRow => ({
  kind: 'event', position, time: 0, accountId: 1, databaseId: null, eventType: 'click', resourceId: null, mailingId, templateId: null, segmentId: null, pixelId: null, profileId: null, eventTimeMs: 0, eventId: `e${position}`, base: '{', profile: null, customData: null, contentRef: null,
});

/** Positions 1 to 6, of which 2 and 5 match. */
function looked(): ExportPlan {
  const plan = new ExportPlan({ accountId: 1, hookId: 'hok_1', selection } as ConstructorParameters<typeof ExportPlan>[0], { shard: 0, logId: 'l', through: 9, liveAfter: null, live: [], leftOut: [] }, NO_IDS, 0);
  for (const position of [1, 2, 3, 4, 5, 6]) plan.looksAt(row(position, position === 2 || position === 5 ? 1 : 7));
  return plan;
}

it('knows for each place of the cursor how many events were looked at, however often it is asked', () => {
  const plan = looked();
  expect([plan.scannedThrough(1), plan.scannedThrough(2), plan.scannedThrough(2), plan.scannedThrough(4), plan.scannedThrough(5), plan.scannedThrough(5)]).toEqual([1, 2, 2, 4, 5, 5]);
  expect(looked().scannedThrough(6)).toBe(6);
});

it('counts nothing twice when the lane is sent back to where its cursor stands', () => {
  const plan = looked();
  expect(plan.scannedThrough(2)).toBe(2);
  plan.sentBackTo(2);
  for (const position of [3, 4, 5, 6]) plan.looksAt(row(position, position === 5 ? 1 : 7));
  expect([plan.scanned, plan.scannedThrough(5), plan.scannedThrough(6)]).toEqual([6, 5, 6]);
});
