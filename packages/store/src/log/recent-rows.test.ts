import type { EventRow } from '@hookline/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { RecentRows } from './recent-rows.ts';

const KIB = 1024;
const LIMITS = { rowsMax: 10, bytesMax: KIB * KIB };

const row = (position: number): EventRow => ({
  kind: 'event', position, time: 0, accountId: 1, databaseId: null, eventType: 'click', resourceId: null, mailingId: null, templateId: null, segmentId: null, pixelId: null, profileId: null,
  eventTimeMs: 0, eventId: `e${position}`, base: 'x'.repeat(16 * KIB), profile: null, customData: null, contentRef: null,
});

describe('rows that were just committed', () => {
  let recent: RecentRows;
  let next: number;
  const add = (count: number): void => recent.add(Array.from({ length: count }, () => row(next++)));
  beforeEach(() => {
    recent = new RecentRows();
    next = 1;
  });

  it('are at hand for who follows, a little of them', () => {
    add(1_000);
    expect(recent.after(995, LIMITS)?.map((r) => r.position)).toEqual([996, 997, 998, 999, 1_000]);
    expect(recent.after(500, LIMITS)).toBeNull();
  });

  it('stay for a reader that is on its way, and go once it has passed', () => {
    add(100);
    recent.keepFor([60, 90]);
    add(2_000);
    expect(recent.after(60, LIMITS)?.[0]?.position).toBe(61);
    recent.keepFor([2_050]);
    expect(recent.after(60, LIMITS)).toBeNull();
    expect(recent.after(2_050, LIMITS)?.[0]?.position).toBe(2_051);
  });

  it('never take more memory than they may, whoever waits', () => {
    add(100);
    recent.keepFor([60]);
    add(8_000);
    expect(recent.after(60, LIMITS)).toBeNull();
    expect(recent.after(8_095, LIMITS)?.[0]?.position).toBe(8_096);
  });

  it('do not stay for a reader that is too far behind to find its next row here', () => {
    add(1_000);
    recent.keepFor([10]);
    add(1_000);
    expect(recent.after(1_000, LIMITS)).toBeNull();
  });
});
