import type { EventRow } from '@hookline/core';
import type { EventSearchQuery } from '@hookline/store';
import { z } from 'zod';
import { refuse } from '../http/refusal.ts';
import { followEvents } from '../ingest/event-tail.ts';
import { printEvent } from '../ingest/print-event.ts';
import { EDGE_LIMITS } from '../limits.ts';
import { defineRoute, type Route } from '../route/route.ts';
import { eventPageSchema, eventSearchQuery, eventTailQuery } from '../schemas/event-schemas.ts';
import { answerStream, printTime } from './answers.ts';
import type { RouteContext } from './route-context.ts';

const tag = 'Events';
const read = { kind: 'account', scope: 'events:read' } as const;
const params = z.object({});
const LIST = 'events';

const queryOf = (accountId: number, query: z.infer<typeof eventTailQuery>): EventSearchQuery => ({
  accountId, eventTypes: query.event_type ?? null, databaseId: query.database_id ?? null, mailingId: query.mailing_id ?? null, profileId: query.profile_id ?? null,
});

const printLogged = (row: EventRow): string => `{"event_id":${JSON.stringify(row.eventId)},"accepted_at":"${printTime(row.time)}","event":${printEvent(row)}}`;

/** Recorded events: searched, and followed as they come. */
export function eventLogRoutes(context: RouteContext): readonly Route[] {
  const { cursors, logs, clock, logFailure } = context;
  return [
    defineRoute({
      id: 'listEvents', method: 'get', path: '/v1/events', tag, summary: 'Search recorded events, newest first', access: read, params, query: eventSearchQuery, body: { kind: 'none' },
      answers: { 200: { description: 'Those that were found in about a second, and how far back that goes.', schema: eventPageSchema } },
      async handle({ accountId, query }) {
        const after = query.cursor === undefined ? null : cursors.parse(accountId, LIST, query.cursor);
        if (query.cursor !== undefined && after === null) return refuse(400, 'cursor_invalid', 'This cursor is not one of this list.');
        const [fromMs, toMs] = [query.from, query.to].map((time) => (time === undefined ? null : Date.parse(time))) as [number | null, number | null];
        if (fromMs !== null && toMs !== null && fromMs > toMs) return refuse(422, 'parameter_invalid', 'from lies after to.');
        const { rows, searchedToMs, next } = await context.searchEvents({ query: queryOf(accountId, query), fromMs, toMs, limit: query.limit ?? EDGE_LIMITS.pageSizeDefault, after });
        const rest = JSON.stringify({ next_cursor: next === null ? null : cursors.print(accountId, LIST, next), searched_to: searchedToMs === null ? null : printTime(searchedToMs) });
        return { status: 200, text: `{"data":[${rows.map(printLogged).join(',')}],${rest.slice(1)}` };
      },
    }),
    defineRoute({
      id: 'followEvents', method: 'get', path: '/v1/event-stream', tag, summary: 'Follow events as they are accepted, as server-sent events', access: read, params, query: eventTailQuery, body: { kind: 'none' },
      answers: {
        200: { description: 'Each event as `data`, in the shape of the list. First comes `open`; `skipped` says how many places of the log were left out where more came than can be followed.', mediaType: 'text/event-stream' },
      },
      handle: async ({ accountId, query, stillMay }) => answerStream(context.streams, accountId, followEvents({ logs, clock, report: logFailure, print: printLogged }, queryOf(accountId, query), stillMay)),
    }),
  ];
}
