import { LIMITS } from '@hookline/core';
import { z } from 'zod';
import { EDGE_LIMITS } from '../limits.ts';
import { pageQuery, platformIdParam, problemSchema, timeSchema } from './common-schemas.ts';
import { contentSchema } from './content-schema.ts';
import { hookFateSchema } from './delivery-schemas.ts';

export const ingestQuery = z.strictObject({ verbose: z.enum(['0', '1', 'true', 'false']).optional().meta({ description: '1 lists all items with their event_id.' }) });

/** Documents an event; `parseEvents` validates it, because a schema would cost more than storing it. A test holds the two together. */
export const eventSchema = z
  .strictObject({
    event_type: z.string(),
    event_date: z.string().meta({ description: 'RFC 3339, UTC with Z, up to nine fraction digits; kept as sent.' }),
    event_id: z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/).optional().meta({ description: 'Makes the event idempotent within the account for at least 24 hours; the first body wins.' }),
    account_id: z.int().optional(),
    list_id: z.int().nullable().optional().meta({ description: 'The database.' }),
    profile_id: z.string().nullable().optional(),
    _xxh: z.string().nullable().optional(),
    _md5: z.string().nullable().optional(),
    email: z.string().nullable().optional().meta({ description: 'Only fills _xxh and _md5; never delivered.' }),
    sends_trying_num: z.int().optional(),
    is_test: z.boolean().optional(),
    is_static: z.boolean().optional(),
    subscription_hash_id: z.string().optional(),
    event_data: z.looseObject({}),
    subscription: z.array(z.looseObject({})).nullable().optional(),
    profile: z.looseObject({}).optional().meta({ description: 'Profile fields at the moment of the event.' }),
    content: contentSchema.optional(),
    custom_data: z.looseObject({}).optional().meta({ description: "Replaces the hook's template as a whole." }),
  })
  .meta({ id: 'Event' });

export const eventsBodySchema = z.union([eventSchema, z.array(eventSchema).min(1).max(LIMITS.batchEventsMax)]);

export const ingestAnswerSchema = z
  .object({
    accepted: z.int(), duplicates: z.int(), rejected: z.int(),
    items: z.array(z.object({ index: z.int(), status: z.enum(['accepted', 'duplicate', 'rejected']), event_id: z.string().optional(), code: z.string().optional(), path: z.string().optional(), message: z.string().optional(), problems: z.array(problemSchema).optional() })),
  })
  .meta({ id: 'IngestAnswer', description: 'Rejected and duplicate items; all of them with verbose=1.' });

export const eventFateSchema = z.object({ event_id: z.string(), accepted_at: timeSchema, event: z.looseObject({}), fates: z.array(hookFateSchema) }).meta({ id: 'EventFate' });

const EVENT_TYPES = /^[a-z0-9_]{1,64}(,[a-z0-9_]{1,64})*$/;
const loggedFields = {
  event_type: z.string().regex(EVENT_TYPES, 'must be event types with commas between them').transform((types) => types.split(',')).refine((types) => types.length <= EDGE_LIMITS.searchTypesMax, `must name at most ${EDGE_LIMITS.searchTypesMax} types`).optional().meta({ description: 'One event type, or several with commas between them.' }),
  profile_id: z.string().min(1).max(LIMITS.profileIdCharsMax).optional(),
  mailing_id: platformIdParam.optional().meta({ description: '`event_data.campaign_id`.' }),
  database_id: platformIdParam.optional().meta({ description: '`list_id`.' }),
};
const timeParam = z.iso.datetime({ offset: true });

export const eventTailQuery = z.strictObject(loggedFields);
export const eventSearchQuery = z.strictObject({
  ...loggedFields,
  from: timeParam.optional().meta({ description: 'Time of acceptance, included.' }),
  to: timeParam.optional().meta({ description: 'Time of acceptance, not included.' }),
  ...pageQuery.shape,
});

export const loggedEventSchema = z.object({ event_id: z.string(), accepted_at: timeSchema, event: z.looseObject({}) }).meta({ id: 'LoggedEvent', description: 'The event as it is kept, with its id.' });

export const eventPageSchema = z
  .object({
    data: z.array(loggedEventSchema),
    next_cursor: z.string().nullable().meta({ description: 'null: there is nothing older. An answer may be short, or empty, with a cursor: it comes after about a second at the latest.' }),
    searched_to: timeSchema.nullable().meta({ description: 'Everything accepted after it has been looked at; null = everything there is.' }),
  })
  .meta({ id: 'EventPage' });
