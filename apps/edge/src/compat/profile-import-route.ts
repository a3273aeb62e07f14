import { jsonMembers, LIMITS } from '@hookline/core';
import { z } from 'zod';
import { isRefusal, refuse, type Refusal } from '../http/refusal.ts';
import { appendDraft, draftEvent } from '../ingest/record-event.ts';
import type { Route } from '../route/route.ts';
import type { RouteContext } from '../routes/route-context.ts';
import { profileIdSchema } from '../routes/import-profiles.ts';
import { platformId } from '../schemas/common-schemas.ts';
import { type CompatibleCall, compatibleRoute } from './compatible-route.ts';
import { mergeProfile, parseProfileData, subscriptionOfEvent, withAddress } from './merge-profile.ts';
import { addressesOf, findProfile, matchingFields, newProfileId } from './profile-matching.ts';

const importInput = z.looseObject({
  db_id: platformId,
  ...matchingFields,
  profile_id: profileIdSchema.optional(),
  data: z.looseObject({}).default({}).meta({ description: 'Profile fields, and `subscriptions`. What it does not name stays.' }),
  resource_id: platformId.optional(),
  skip_triggers: z.boolean().default(false).meta({ description: 'Taken and without meaning here: hooks are not triggers.' }),
  skip_invalid_subscriptions: z.boolean().default(false),
  detect_geo: z.boolean().optional(),
});
type ImportCall = CompatibleCall<z.infer<typeof importInput>>;

/** `POST /api/v1.1/profiles/import`: stores one profile and records `import_api`. */
export function profileImportRoute(context: RouteContext): Route {
  return compatibleRoute(context, {
    id: 'importProfile', path: '/api/v1.1/profiles/import', tag: 'Platform API', summary: "The platform's own call: store a profile and record import_api", scope: 'profiles:write', schema: importInput, answer: { profile_id: z.string().optional() },
    async handle(call) {
      const input = withAddressOfData(call.body);
      const addresses = addressesOf(input);
      if (isRefusal(addresses)) return addresses;
      const place = `${call.accountId}/${input.db_id}`;
      const profiles = context.control.profiles;
      if (input.matching === 'profile_id') {
        const { profile_id: id } = input;
        return id === undefined ? refuse(422, 'required', 'This matching needs profile_id.', '/profile_id') : storeProfile(context, { ...call, body: input }, id);
      }
      // Two imports of one new address make one profile.
      return context.lock.run(`match/${place}/${JSON.stringify(addresses)}`, async () => storeProfile(context, { ...call, body: input }, await findProfile(profiles, call.accountId, input.db_id, addresses)));
    },
  });
}

/** The address may stand in the data alone. */
function withAddressOfData(body: ImportCall['body']): ImportCall['body'] {
  const { email, phones } = body.data as { readonly email?: unknown; readonly phones?: unknown };
  const phone: unknown = Array.isArray(phones) ? phones[0] : undefined;
  return { ...body, email: body.email ?? (typeof email === 'string' ? email : undefined), phone: body.phone ?? (typeof phone === 'string' ? phone : undefined) };
}

/** `id` null = a new profile. */
async function storeProfile(context: RouteContext, { accountId, body, text }: ImportCall, id: string | null): Promise<Readonly<Record<string, unknown>> | Refusal> {
  const { profiles } = context.control;
  const now = context.clock.now();
  const data = parseProfileData(rawData(text), body.skip_invalid_subscriptions);
  if (isRefusal(data)) return data;
  const profileId = id ?? newProfileId(now);
  return context.lock.run(`profile/${accountId}/${body.db_id}/${profileId}`, async () => {
    const before = await profiles.get(accountId, body.db_id, profileId);
    if (body.matching === 'profile_id' && before.kind !== 'stored') return refuse(422, 'profile_unknown', 'There is no such profile.', '/profile_id');
    const isNew = before.kind !== 'stored';
    const imported = isNew ? withAddress(data, body, body.resource_id) : data;
    const fields = mergeProfile(isNew ? '{}' : before.fields, imported);
    if (Buffer.byteLength(fields) > LIMITS.profileBytesMax) return refuse(413, 'profile_too_large', `A profile has at most ${LIMITS.profileBytesMax} bytes.`, '/data');
    // Whether it can be recorded is known before anything is stored.
    const draft = draftEvent(context, accountId, printEvent(body, { profileId, isNew, nowMs: now, fields, subscriptions: imported.subscriptions }));
    if (isRefusal(draft)) return draft;
    await profiles.put(accountId, [{ databaseId: body.db_id, profileId, fields }], now);
    await appendDraft(context, draft);
    return { profile_id: profileId };
  });
}

interface Imported {
  readonly profileId: string;
  readonly isNew: boolean;
  readonly nowMs: number;
  readonly fields: string;
  readonly subscriptions: readonly string[];
}

/** contract.md 3.4. The subscriptions are those that the import touched. */
function printEvent(body: ImportCall['body'], { profileId, isNew, nowMs, fields, subscriptions }: Imported): string {
  const { email, _vendor: vendor } = JSON.parse(fields) as { readonly email?: unknown; readonly _vendor?: unknown };
  const event = JSON.stringify({
    event_type: 'import_api', event_date: new Date(nowMs).toISOString(), profile_id: profileId, list_id: body.db_id, ...(typeof email === 'string' ? { email } : {}),
    event_data: { is_new: isNew, resource_id: body.resource_id, ...(typeof vendor === 'string' ? { vendor } : {}) },
  });
  return subscriptions.length === 0 ? event : `${event.slice(0, -1)},"subscription":[${subscriptions.map(subscriptionOfEvent).join(',')}]}`;
}

function rawData(body: string): string {
  const member = jsonMembers(body).find(({ key }) => key === 'data');
  return member === undefined ? '{}' : body.slice(member.valueStart, member.valueEnd);
}
