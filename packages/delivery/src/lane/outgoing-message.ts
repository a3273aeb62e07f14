import type { EventRow, OutgoingMessage } from '@hookline/core';
import type { Lane } from './lane.ts';

export function outgoingMessage(lane: Lane, row: EventRow, body: string, { round, redrive }: { readonly round: number; readonly redrive: number }): OutgoingMessage {
  return {
    messageId: lane.deps.ids.messageId({ accountId: row.accountId, eventId: row.eventId, hookId: lane.hookId, round, exportId: lane.exportId }),
    eventId: row.eventId,
    eventType: row.eventType,
    routingKey: `${row.databaseId ?? 0}.${row.eventType}`,
    profileId: row.profileId,
    eventTimeMs: row.eventTimeMs,
    redrive,
    body,
  };
}
