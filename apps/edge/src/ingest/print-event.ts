import type { EventRow } from '@hookline/core';

/** The event as it is delivered, with what came beside it. */
export function printEvent(row: EventRow): string {
  const own = row.customData === null ? '' : `,"custom_data":${row.customData}`;
  const profile = row.profile === null ? '' : `,"profile":${row.profile}`;
  return `${row.base},"event_id":${JSON.stringify(row.eventId)}${own}${profile}}`;
}
