import type { EventDraft } from '@hookline/core';
import type { LaneOp, UnitRow } from '../lane-store.ts';

/** Where the clocks of the cases begin. */
export const START_MS = 1_700_000_000_000;

export function draft(change: Partial<EventDraft> = {}): EventDraft {
  return {
    accountId: 1, databaseId: 7, eventType: 'click', resourceId: 2, mailingId: 3, templateId: 4, segmentId: null, pixelId: null, profileId: 'p-1', eventTimeMs: 1_600_000_000_000,
    base: '{"event_type":"click"', profile: null, customData: null, contentRef: null, callerId: null, ...change,
  };
}

export function unit(change: Partial<UnitRow> = {}): UnitRow {
  return {
    key: 'u1', laneId: 'hok_1', hookId: 'hok_1', accountId: 1, deliveryId: 'dlv_1', round: 0, redrive: 0, revision: 0, positions: [1, 2, 3], state: 'in_flight', attempt: 1, tries: 1,
    firstAt: START_MS, failedAt: null, nextAt: null, bodyHash: 'ab', ...change,
  };
}

export function laneOp(change: Partial<Extract<LaneOp, { op: 'lane' }>> = {}): LaneOp {
  return { op: 'lane', laneId: 'hok_1', hookId: 'hok_1', accountId: 1, ...change };
}
