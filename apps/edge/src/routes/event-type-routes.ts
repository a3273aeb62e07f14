import { BUILT_IN_EVENT_TYPES, builtInEventType, parseEvents, type Subject } from '@hookline/core';
import type { EventTypeRow } from '@hookline/store';
import { z } from 'zod';
import { refuse, refuseProblems } from '../http/refusal.ts';
import { EDGE_LIMITS } from '../limits.ts';
import { defineRoute, type Route } from '../route/route.ts';
import { noQuery, pageOf, pageQuery } from '../schemas/common-schemas.ts';
import { answerSlice, notFound } from './answers.ts';
import { auditEntry } from './audit-entry.ts';
import type { RouteContext } from './route-context.ts';

const subjectSchema = z.enum(['resource', 'mailing', 'template', 'segment', 'pixel']) satisfies z.ZodType<Subject>;
const fields = { family: z.string().trim().min(1).max(64), label: z.string().trim().min(1).max(256), description: z.string().max(1024), subjects: z.array(subjectSchema).max(5), exportable: z.boolean() };
export const rowSchema = z.object({ event_type: z.string(), ...fields, status: z.enum(['documented', 'assumed', 'custom']), sample: z.looseObject({}) }).meta({ id: 'EventType' });
const rowInput = z.strictObject({
  family: fields.family.default('custom'), label: fields.label.optional(), description: fields.description.default(''), subjects: fields.subjects.default([]), exportable: fields.exportable.default(true),
  sample: z.looseObject({}).optional().meta({ description: 'A full example event; left out, one is made.' }),
  event_type: z.unknown().optional(), status: z.unknown().optional(),
});
const listQuery = pageQuery.extend({
  family: z.string().min(1).max(64).optional(), status: z.enum(['documented', 'assumed', 'custom']).optional(), exportable: z.enum(['true', 'false']).optional(),
  subject: subjectSchema.optional().meta({ description: 'Those whose events carry it, and so can be filtered by it.' }),
});
const params = z.object({ event_type: z.string().regex(/^[a-z0-9_]{1,64}$/) });

type Status = z.infer<typeof rowSchema>['status'];
type PrintableRow = Omit<EventTypeRow, 'family'> & { readonly family: string; readonly status: Status };

const printRow = (row: PrintableRow): z.infer<typeof rowSchema> => ({
  event_type: row.eventType, family: row.family, label: row.label, description: row.description, status: row.status, subjects: [...new Set(row.subjects)], exportable: row.exportable,
  sample: JSON.parse(row.sample) as Record<string, unknown>,
});

/** A full event of a type that nobody described. Its ids are made up. */
const madeUpSample = (eventType: string): string =>
  JSON.stringify({ event_type: eventType, event_date: '2025-05-06T07:08:09.123456789Z', profile_id: '0123456789abcdef01234567', list_id: 900_001, is_test: true, event_data: {} });

/** The registry: built-in rows, and an account's own before them. */
export function eventTypeRoutes(context: RouteContext): readonly Route[] {
  const { eventTypes } = context.control;
  const rowsOf = (accountId: number): PrintableRow[] => {
    const own = eventTypes.ofAccount(accountId).map((row): PrintableRow => ({ ...row, status: 'custom' }));
    const names = new Set(own.map((row) => row.eventType));
    return [...BUILT_IN_EVENT_TYPES.filter((row) => !names.has(row.eventType)), ...own];
  };
  return [
    defineRoute({
      id: 'listEventTypes', method: 'get', path: '/v1/event-types', tag: 'Event types', summary: 'List the event types', access: { kind: 'account', scope: 'event_types:read' },
      params: z.object({}), query: listQuery, body: { kind: 'none' }, answers: { 200: { description: 'Built-in ones first.', schema: pageOf(rowSchema) } },
      async handle({ accountId, query: { family, status, exportable, subject, ...page } }) {
        const rows = rowsOf(accountId).filter((row) =>
          (family === undefined || row.family === family) && (status === undefined || row.status === status) && (exportable === undefined || String(row.exportable) === exportable) && (subject === undefined || row.subjects.includes(subject)));
        return answerSlice(context.cursors, { accountId, list: `event-types/${JSON.stringify([family, status, exportable, subject])}`, limitDefault: EDGE_LIMITS.pageSizeMax }, page, rows.map(printRow));
      },
    }),
    defineRoute({
      id: 'getEventType', method: 'get', path: '/v1/event-types/{event_type}', tag: 'Event types', summary: 'Read an event type', access: { kind: 'account', scope: 'event_types:read' },
      params, query: noQuery, body: { kind: 'none' }, answers: { 200: { description: 'The row.', schema: rowSchema } },
      async handle({ accountId, params: { event_type: eventType } }) {
        const row = rowsOf(accountId).find((known) => known.eventType === eventType);
        return row === undefined ? notFound() : { status: 200, body: printRow(row) };
      },
    }),
    defineRoute({
      id: 'putEventType', method: 'put', path: '/v1/event-types/{event_type}', tag: 'Event types', summary: "Add or change a row of the account's own", access: { kind: 'account', scope: 'catalog:write' },
      params, query: noQuery, body: { kind: 'json', schema: rowInput, accountInBody: true },
      answers: { 200: { description: 'Changed.', schema: rowSchema }, 201: { description: 'Made.', schema: rowSchema } },
      async handle({ accountId, actor, params: { event_type: eventType }, body }) {
        if (builtInEventType(eventType)?.status === 'documented') return refuse(409, 'event_type_documented', 'This event type is documented by the platform and cannot be another.');
        const sample = body.sample === undefined ? madeUpSample(eventType) : JSON.stringify({ ...body.sample, event_type: eventType });
        const subjects = [...new Set(body.subjects)];
        // The sample goes through the door like an event, so that a test send cannot meet one that could never have come in.
        const parsed = parseEvents(Buffer.from(sample), 'json', { nowMs: context.clock.now(), tokenAccountId: accountId, headerAccountId: null, accountExists: () => true, eventType: () => ({ subjects }) });
        if (!parsed.ok) return refuseProblems(422, parsed.problems);
        const [event] = parsed.value.items;
        if (event !== undefined && !event.ok) return refuseProblems(422, event.problems.map((problem) => ({ ...problem, path: `/sample${problem.path}` })));
        const row = { eventType, family: body.family, label: body.label ?? eventType, description: body.description, subjects, exportable: body.exportable, sample };
        const existing = eventTypes.ofAccount(accountId).find((known) => known.eventType === eventType);
        const before = existing === undefined ? null : printRow({ ...existing, status: 'custom' });
        const audit = auditEntry(context, { accountId, actor, action: before === null ? 'event_type.create' : 'event_type.update', objectId: eventType, before, after: printRow({ ...row, status: 'custom' }) });
        const put = await eventTypes.put(accountId, row, context.clock.now(), audit);
        return { status: put.created ? 201 : 200, body: printRow({ ...put.row, status: 'custom' }) };
      },
    }),
  ];
}
