import { jsonMembers, LIMITS, parseEventDate, setJsonMembers, subscriptionStatusEvent } from '@hookline/core';
import { z } from 'zod';
import { isRefusal, refuse } from '../http/refusal.ts';
import { recordEvent } from '../ingest/record-event.ts';
import { defineRoute, type Route } from '../route/route.ts';
import { noQuery, platformId } from '../schemas/common-schemas.ts';
import type { RouteContext } from './route-context.ts';

/** contract.md 2.3 and 9.5. Only the first three and `hardbounced` ever make an event. */
const STATUSES = ['subscribed', 'unsubscribed', 'complainer', 'hardbounced', 'unconfirmed', 'suspended', 'invalid'] as const;
const CHANNELS = ['email', 'sms', 'push', 'notify', 'viber', 'whatsapp', 'telegram_bot', 'max_bot'] as const;

/** However the platform writes it. */
const statusSchema = z.string().transform((status) => status.toLowerCase()).pipe(z.enum(STATUSES));
const subscriptionSchema = z.looseObject({ channel: z.enum(CHANNELS), resource_id: platformId.optional() }).meta({ description: 'The subscription concerned, as in an event (contract: resource_id, channel, address, priority, …). `status` becomes the new one.' });

const changeInput = z.strictObject({
  list_id: platformId.optional().meta({ description: 'The database.' }),
  profile_id: z.string().min(1).max(LIMITS.profileIdCharsMax).optional(),
  subscription: z.union([subscriptionSchema, z.array(subscriptionSchema).length(1)]).optional().meta({ description: 'Or `channel` and `resource_id`, where nothing else is to be told of it.' }),
  channel: z.enum(CHANNELS).optional(),
  resource_id: platformId.optional(),
  subscription_hash_id: z.string().optional(),
  old_status: statusSchema.nullable().meta({ description: 'null = the subscription is new.' }),
  new_status: statusSchema,
  source: z.enum(['ui', 'api', 'import']).default('api'),
  event_id: z.string().optional().meta({ description: 'Makes the call idempotent, as with an event.' }),
  event_date: z.string().refine((text) => parseEventDate(text) !== null, 'must be RFC 3339 in UTC').optional().meta({ description: 'Left out: now.' }),
  email: z.string().nullable().optional().meta({ description: 'Only fills _xxh and _md5.' }),
  _xxh: z.string().nullable().optional(),
  _md5: z.string().nullable().optional(),
  is_test: z.boolean().optional(),
});

const changeAnswer = z
  .object({
    event: z.object({ event_id: z.string(), event_type: z.string() }).nullable().meta({ description: 'null: by the rules this change makes no event.' }),
    duplicate: z.boolean().meta({ description: 'This event_id came before.' }),
    reason: z.enum(['unchanged', 'status_makes_no_event', 'previous_status_makes_no_event']).nullable(),
  })
  .meta({ id: 'SubscriptionStatusAnswer' });

/** The platform tells of a change of status; whether that is an event is decided here, by the documented rules. */
export function subscriptionStatusRoutes(context: RouteContext): readonly Route[] {
  return [
    defineRoute({
      id: 'recordSubscriptionStatusChange', method: 'post', path: '/v1/subscription-status-changes', tag: 'Events', summary: "Record the event, if any, of a change of a subscription's status", access: { kind: 'account', scope: 'events:write' },
      params: z.object({}), query: noQuery, body: { kind: 'json', schema: changeInput, accountInBody: true },
      answers: { 200: { description: 'No event: the reason says why.', schema: changeAnswer }, 202: { description: 'The event is durable.', schema: changeAnswer } },
      async handle({ accountId, body, text }) {
        const { subscription: given, channel: named, resource_id: namedResourceId, old_status: oldStatus, new_status: newStatus, source, event_date: date, ...rest } = body;
        if ((given === undefined) === (named === undefined)) return refuse(422, 'required', 'Either subscription or channel is required.', '/subscription');
        const raw = given === undefined ? JSON.stringify({ resource_id: namedResourceId, channel: named }) : rawSubscription(text);
        const { channel, resource_id: resourceId } = ([given ?? { channel: named, resource_id: namedResourceId }].flat() as [z.infer<typeof subscriptionSchema>])[0];
        const decided = subscriptionStatusEvent(oldStatus, newStatus, channel);
        if (decided.eventType === null) return { status: 200, body: { event: null, duplicate: false, reason: decided.reason } };
        const event = JSON.stringify({
          event_type: decided.eventType, event_date: date ?? new Date(context.clock.now()).toISOString(), ...rest, event_data: { resource_id: resourceId, channel, old_status: oldStatus, new_status: newStatus, source },
        });
        const concerned = setJsonMembers(raw, new Map([['status', JSON.stringify(newStatus)]]));
        const recorded = await recordEvent(context, accountId, setJsonMembers(event, new Map([['subscription', `[${concerned}]`]])));
        if (isRefusal(recorded)) return recorded;
        return { status: 202, body: { event: { event_id: recorded.eventId, event_type: decided.eventType }, duplicate: recorded.status === 'duplicate', reason: null } };
      },
    }),
  ];
}

/** The object as it came, so that what we do not know of it keeps its bytes. */
function rawSubscription(body: string): string {
  const member = jsonMembers(body).find(({ key }) => key === 'subscription');
  const raw = body.slice(member?.valueStart, member?.valueEnd);
  return raw.slice(raw.indexOf('{'), raw.lastIndexOf('}') + 1);
}
