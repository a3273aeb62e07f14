import { type EventRow, LIMITS } from '@hookline/core';
import type { EventLog } from '@hookline/store';
import { z } from 'zod';
import { printEvent } from '../ingest/print-event.ts';
import { INGEST_PATH, type Ingest } from '../ingest/ingest-events.ts';
import { readBody } from '../http/read-body.ts';
import { isRefusal } from '../http/refusal.ts';
import { EDGE_LIMITS } from '../limits.ts';
import { defineRoute, type Route } from '../route/route.ts';
import { eventFateSchema, eventsBodySchema, ingestAnswerSchema, ingestQuery } from '../schemas/event-schemas.ts';
import { noQuery } from '../schemas/common-schemas.ts';
import { notFound, printTime } from './answers.ts';
import type { RouteContext } from './route-context.ts';

/** Ingest for runtimes without a route of their own for it, and the way of one event afterwards. */
export function eventRoutes(context: RouteContext, ingest: Ingest): readonly Route[] {
  return [
    defineRoute({
      id: 'ingestEvents', method: 'post', path: INGEST_PATH, tag: 'Events', summary: 'Take in an event, an array of up to 1,000, or NDJSON', access: { kind: 'own' },
      params: z.object({}), query: ingestQuery, body: { kind: 'stream', formats: ['json', 'ndjson'], schema: eventsBodySchema },
      answers: { 202: { description: 'Durable.', schema: ingestAnswerSchema } },
      async handle({ headers, search, stream }) {
        const get = (name: string): string | null => headers.get(name);
        const opened = ingest.open({ authorization: get('authorization'), account: get('hookline-account'), contentType: get('content-type'), contentEncoding: get('content-encoding'), idempotencyKey: get('idempotency-key') }, search);
        if (isRefusal(opened)) return opened;
        const read = await readBody(stream.body, get('content-length'), { bytesMax: LIMITS.bodyBytesMax, timeoutMs: EDGE_LIMITS.bodyTimeoutMs, budget: context.budget });
        if (isRefusal(read)) return read;
        try {
          const answer = await ingest.finish(opened, read.bytes);
          if (isRefusal(answer)) return answer;
          return { status: 202, text: answer.text, ...(answer.replay ? { headers: { 'idempotent-replay': 'true' } } : {}) };
        } finally {
          read.release();
        }
      },
    }),
    defineRoute({
      id: 'getEvent', method: 'get', path: '/v1/events/{event_id}', tag: 'Events', summary: 'Read an event and what became of it at every hook', access: { kind: 'account', scope: 'events:read' },
      params: z.object({ event_id: z.string() }), query: noQuery, body: { kind: 'none' }, answers: { 200: { description: 'While it is kept.', schema: eventFateSchema } },
      async handle({ accountId, params: { event_id: eventId } }) {
        const row = await findInAny(context.logs, accountId, eventId);
        if (row === null) return notFound();
        const fates = await context.deliveries.fate(accountId, row);
        const rest = JSON.stringify({ event_id: row.eventId, accepted_at: printTime(row.time), fates });
        return { status: 200, text: `${rest.slice(0, -1)},"event":${printEvent(row)}}` };
      },
    }),
  ];
}

/** A shard that cannot be asked matters only where no other has the event. */
async function findInAny(logs: readonly EventLog[], accountId: number, eventId: string): Promise<EventRow | null> {
  const asked = await Promise.allSettled(logs.map((log) => log.findEvent(accountId, eventId)));
  const found = asked.find((answer) => answer.status === 'fulfilled' && answer.value !== null);
  if (found?.status === 'fulfilled') return found.value;
  const failed = asked.find((answer) => answer.status === 'rejected');
  if (failed) throw failed.reason;
  return null;
}
