import { LIMITS } from '@hookline/core';
import type { ProfileState } from '@hookline/store';
import { z } from 'zod';
import { isRefusal, refuseProblems } from '../http/refusal.ts';
import { defineRoute, type Answer, type Route } from '../route/route.ts';
import { noQuery, platformIdParam, readOnly, stamps } from '../schemas/common-schemas.ts';
import { answerNothing, notFound, printStamps, versionConflict } from './answers.ts';
import { bulkAnswerSchema } from './bulk-answer.ts';
import { fieldsProblem, importProfiles, profileIdSchema, profileItemSchema, rawFields } from './import-profiles.ts';
import type { RouteContext } from './route-context.ts';

const fieldsSchema = z.record(z.string(), z.unknown());
const profileInput = z.strictObject({ fields: fieldsSchema, profile_id: z.unknown().optional(), database_id: z.unknown().optional(), ...readOnly });
const profileSchema = z.object({ profile_id: z.string(), database_id: z.int(), fields: fieldsSchema, ...stamps }).meta({ id: 'Profile' });
const params = z.object({ database_id: platformIdParam, profile_id: profileIdSchema });
/** The fields at their limit and room for what stands around them. */
const BODY_BYTES_MAX = 2 * LIMITS.profileBytesMax;

type Stored = Extract<ProfileState, { kind: 'stored' }>;

/** The fields are spliced in as they came: numbers keep their digits. */
function answerProfile(status: 200 | 201, place: z.infer<typeof params>, profile: Stored): Answer {
  const rest = JSON.stringify({ profile_id: place.profile_id, database_id: place.database_id, ...printStamps(profile) });
  return { status, text: `${rest.slice(0, -1)},"fields":${profile.fields}}`, headers: { etag: `"${profile.version}"` } };
}

/** What the platform knows of people: feeds the profile fields of custom data. */
export function profileRoutes(context: RouteContext): readonly Route[] {
  const { profiles } = context.control;
  const lockKey = (accountId: number, place: z.infer<typeof params>): string => `profile/${accountId}/${place.database_id}/${place.profile_id}`;
  const path = '/v1/databases/{database_id}/profiles/{profile_id}';
  return [
    defineRoute({
      id: 'putProfile', method: 'put', path, tag: 'Profiles', summary: 'Store a profile as a whole', access: { kind: 'account', scope: 'profiles:write' },
      params, query: noQuery, body: { kind: 'json', schema: profileInput, bytesMax: BODY_BYTES_MAX, accountInBody: true },
      answers: { 200: { description: 'Replaced.', schema: profileSchema }, 201: { description: 'Made.', schema: profileSchema } },
      async handle({ accountId, params: place, text, expectedVersion }) {
        const fields = rawFields(text);
        const tooLarge = fieldsProblem(fields, '');
        if (tooLarge !== null) return refuseProblems(413, [tooLarge]);
        return context.lock.run(lockKey(accountId, place), async () => {
          const before = await profiles.get(accountId, place.database_id, place.profile_id);
          if (expectedVersion !== null && (before.kind !== 'stored' || before.version !== expectedVersion)) return versionConflict();
          await profiles.put(accountId, [{ databaseId: place.database_id, profileId: place.profile_id, fields }], context.clock.now());
          const after = await profiles.get(accountId, place.database_id, place.profile_id);
          return after.kind === 'stored' ? answerProfile(before.kind === 'stored' ? 200 : 201, place, after) : notFound();
        });
      },
    }),
    defineRoute({
      id: 'getProfile', method: 'get', path, tag: 'Profiles', summary: 'Read a profile', access: { kind: 'account', scope: 'profiles:read' },
      params, query: noQuery, body: { kind: 'none' }, answers: { 200: { description: 'The profile.', schema: profileSchema } },
      async handle({ accountId, params: place }) {
        const profile = await profiles.get(accountId, place.database_id, place.profile_id);
        return profile.kind === 'stored' ? answerProfile(200, place, profile) : notFound();
      },
    }),
    defineRoute({
      id: 'deleteProfile', method: 'delete', path, tag: 'Profiles', summary: 'Delete a profile: it renders as null from then on', access: { kind: 'account', scope: 'profiles:write' },
      params, query: noQuery, body: { kind: 'none' }, answers: { 204: { description: 'Deleted.' } },
      handle: ({ accountId, params: place, expectedVersion }) => context.lock.run(lockKey(accountId, place), async () => {
        if (expectedVersion !== null) {
          const profile = await profiles.get(accountId, place.database_id, place.profile_id);
          if (profile.kind === 'stored' && profile.version !== expectedVersion) return versionConflict();
        }
        return (await profiles.delete(accountId, place.database_id, place.profile_id, context.clock.now())) ? answerNothing : notFound();
      }),
    }),
    defineRoute({
      id: 'importProfiles', method: 'post', path: '/v1/databases/{database_id}/profiles', tag: 'Profiles', summary: 'Store many profiles, as an array or as NDJSON without an end', access: { kind: 'account', scope: 'profiles:write' },
      params: params.omit({ profile_id: true }), query: noQuery, body: { kind: 'stream', formats: ['json', 'ndjson'], schema: z.union([profileItemSchema, z.array(profileItemSchema).min(1).max(LIMITS.batchEventsMax)]) },
      answers: { 200: { description: 'What became of each.', schema: bulkAnswerSchema } },
      async handle(call) {
        const answer = await importProfiles(context, call);
        return isRefusal(answer) ? answer : { status: 200, body: answer };
      },
    }),
  ];
}
