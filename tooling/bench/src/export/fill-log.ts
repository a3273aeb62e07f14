import type { EventDraft } from '@hookline/core';
import { openEmbeddedEventLog } from '@hookline/store';
import { systemClock } from '@hookline/transports';

export const HISTORY_TYPE = 'click';
export const DAYS = 365;
const DAY_MS = 86_400_000;
const PER_APPEND = 1_000;
const APPENDS_AT_ONCE = 4;
const HOUR_MS = 3_600_000;
const SAY_EVERY = 1_000_000;

/** Unix ms of the first of the days, which end with yesterday. */
export const firstDayMs = (nowMs: number): number => (Math.floor(nowMs / DAY_MS) - DAYS) * DAY_MS;

/** A year of clicks of account 1, day by day, appended as the product's appender does it, without the product's door: ten million in minutes. Then counted for the block map. */
export async function fillLog(dataDir: string, events: number, say: (text: string) => void): Promise<void> {
  const log = await openEmbeddedEventLog({ dataDir, clock: systemClock, dedupeWindowMs: HOUR_MS });
  const from = firstDayMs(systemClock.now());
  let next = 0;
  const append = async (): Promise<void> => {
    while (next < events) {
      const first = next;
      next += PER_APPEND;
      if (first % SAY_EVERY === 0 && first > 0) say(`  ${first.toLocaleString('en')} of ${events.toLocaleString('en')} events`);
      await log.append({ events: Array.from({ length: Math.min(PER_APPEND, events - first) }, (_, i) => click(first + i, from + Math.floor(((first + i) / events) * DAYS * DAY_MS))) });
    }
  };
  try {
    await Promise.all(Array.from({ length: APPENDS_AT_ONCE }, append));
    // Nobody has to read them live.
    await log.commit([{ op: 'scanned', position: log.end() }]);
    while (await log.history.mapNextBlock());
  } finally {
    await log.close();
  }
}

function click(n: number, eventTimeMs: number): EventDraft {
  const profileId = `p-${n}`;
  const date = new Date(eventTimeMs).toISOString();
  const base = `{"event_type":"${HISTORY_TYPE}","event_date":"${date}","list_id":12,"profile_id":"${profileId}","event_data":{"campaign_id":7,"message_id":8,"send_message_id":"s-${n}","link":"https://example.com/offer?utm_source=mail","user_agent":"Mozilla/5.0"},"account_id":1,"is_test":false`;
  return { accountId: 1, databaseId: 12, eventType: HISTORY_TYPE, resourceId: null, mailingId: 7, templateId: 8, segmentId: null, pixelId: null, profileId, eventTimeMs, callerId: null, base, profile: null, customData: null, contentRef: `s-${n}` };
}

/** How many of them belong to these days, both included, counted from the first. */
export function eventsOfDays(events: number, fromDay: number, throughDay: number): number {
  const below = (day: number): number => Math.min(events, firstAtOrAbove(events, day));
  return below(throughDay + 1) - below(fromDay);
}

/** The first event whose time, cut to ms, is in this day or a later one. */
function firstAtOrAbove(events: number, day: number): number {
  let n = Math.max(0, Math.floor((day / DAYS) * events) - 1);
  while (n < events && Math.floor((n / events) * DAYS * DAY_MS) < day * DAY_MS) n++;
  return n;
}
