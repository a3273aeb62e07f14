// The log removes an account's oldest events although a lane has still to deliver them: past what is kept of them there is no other way. A lane lets go of them page by
// page from its cursor on, then of the units that hold one of them, and counts what it lets go of, so that its numbers add up.
import type { EventRow } from '@hookline/core';
import type { EventLog } from '@hookline/store';
import type { Lane } from './lane.ts';

const PAGE_LIMITS = { rowsMax: 500, bytesMax: 1024 * 1024 };

/** `head` = through where lanes that follow have been fed. Where the lane is just sending what would go, it keeps it: this is asked again. */
export async function makeRoomIn(lane: Lane, log: Pick<EventLog, 'read'>, { through, head }: { readonly through: number; readonly head: () => number }): Promise<void> {
  for (let cursor = lane.cursor(head()); cursor !== null && cursor < Math.min(through, head()); ) {
    const page = await log.read(cursor, PAGE_LIMITS);
    // It has gone on meanwhile: what was read is not what is above its cursor now.
    if (lane.cursor(head()) !== cursor) return;
    const last = Math.min(page.through, through, head());
    await lane.expireBacklog(page.rows.filter((row): row is EventRow => row.kind === 'event' && row.accountId === lane.accountId && row.position <= last), last);
    cursor = lane.cursor(head());
  }
  await lane.expireUnits(through);
  lane.pump();
}
