import { isStandardProfileField, STANDARD_PROFILE_FIELDS } from '@hookline/core';
import { z } from 'zod';
import { EDGE_LIMITS } from '../limits.ts';
import { defineRoute, type Route } from '../route/route.ts';
import { pageOf, pageQuery, platformIdParam } from '../schemas/common-schemas.ts';
import { answerSlice } from './answers.ts';
import type { RouteContext } from './route-context.ts';

export const fieldSchema = z
  .object({
    name: z.string(), label: z.string(), standard: z.boolean().meta({ description: 'Of every database; the others were seen in profiles of this one.' }),
    kinds: z.array(z.enum(['string', 'number', 'boolean', 'null', 'object', 'array'])).meta({ description: 'Of the values seen, and of a standard field also those that are documented.' }),
    seen: z.boolean(),
  })
  .meta({ id: 'ProfileField' });

/** What can be picked for `custom_data.fields`. */
export function fieldRoutes(context: RouteContext): readonly Route[] {
  return [
    defineRoute({
      id: 'listProfileFields', method: 'get', path: '/v1/databases/{database_id}/fields', tag: 'Profiles', summary: 'List the profile fields of a database: the standard ones, and those that its profiles were seen with', access: { kind: 'account', scope: 'fields:read' },
      params: z.object({ database_id: platformIdParam }), query: pageQuery, body: { kind: 'none' }, answers: { 200: { description: 'Standard fields first. At most 1,000 names are kept of a database.', schema: pageOf(fieldSchema) } },
      async handle({ accountId, params: { database_id: databaseId }, query }) {
        const seen = new Map((await context.control.profiles.fields(accountId, databaseId)).map(({ name, kinds }) => [name, kinds]));
        const rows: z.infer<typeof fieldSchema>[] = [
          ...STANDARD_PROFILE_FIELDS.map(({ name, label, kinds }) => ({ name, label, standard: true, kinds: [...new Set([...kinds, ...(seen.get(name) ?? [])])], seen: seen.has(name) })),
          ...[...seen].filter(([name]) => !isStandardProfileField(name)).map(([name, kinds]) => ({ name, label: name, standard: false, kinds: [...kinds], seen: true })),
        ];
        return answerSlice(context.cursors, { accountId, list: `fields/${databaseId}`, limitDefault: EDGE_LIMITS.pageSizeMax }, query, rows);
      },
    }),
  ];
}
