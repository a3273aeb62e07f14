import { draftPixelEvent, emailHashes, type EventDraft, type Goal, isGoalName, isVisitorId, jsonMembers, LIMITS, parseIp, PIXEL_LIMITS, setJsonMembers, stripPageUrl, flatObjectProblem } from '@hookline/core';
import type { ProfileAddress } from '@hookline/store';
import { z } from 'zod';
import { compatibleRoute, type CompatibleCall } from '../compat/compatible-route.ts';
import { findProfile } from '../compat/profile-matching.ts';
import { isRefusal, refuse, type Refusal } from '../http/refusal.ts';
import type { Route } from '../route/route.ts';
import { profileIdSchema } from '../routes/import-profiles.ts';
import type { RouteContext } from '../routes/route-context.ts';
import { platformId } from '../schemas/common-schemas.ts';
import { appendCounted } from './append-counted.ts';
import type { VisitorDeps } from './visitor-doors.ts';

// The goals API (contract.md 7.2): a server tells us what a visitor did. It becomes the event that the visitor's browser would have made.

const goalName = z.string().refine(isGoalName, `must be a goal's name: at most ${PIXEL_LIMITS.goalCharsMax} Latin or Cyrillic letters, digits, spaces, currency signs and ! # $ % & * + - . , : ; ' = ? @ ^ _ ( ) [ ] / \\ |`);
const MATCHING = ['email', 'email_profile', 'phone', 'profile_id', 'custom'] as const;
const PROBLEM_OF_DATA = { object_expected: 'must be an object', nested: 'must hold no objects and arrays', too_large: `must be at most ${PIXEL_LIMITS.pixelDataBytesMax} bytes` };
const pixelData = z.unknown().superRefine((value, context) => {
  const problem = flatObjectProblem(value);
  if (problem !== null) context.addIssue({ code: 'custom', message: PROBLEM_OF_DATA[problem] });
});

const goalInput = z.looseObject({
  db_id: platformId,
  pixel_id: platformId,
  goal: goalName.nullish(),
  value: z.number().nullish(),
  goals: z.array(z.looseObject({ goal: goalName, value: z.number().nullish() })).max(PIXEL_LIMITS.goalsMax).nullish(),
  date: z.iso.datetime({ offset: true }).nullish(),
  matching: z.enum(MATCHING).default('email'),
  email: z.string().nullish(), phone: z.string().nullish(), profile_id: profileIdSchema.nullish(), field_name: z.string().nullish(), field_value: z.union([z.string(), z.int()]).nullish(),
  referer: z.string().nullish(), user_agent: z.string().nullish(), accept_language: z.string().max(1_024).nullish(),
  client_ip: z.string().refine((text) => text === '' || parseIp(text) !== null, 'must be an IP address').nullish(),
  pixel_data: pixelData.optional(),
  skip_triggers: z.boolean().default(false).meta({ description: 'Taken and without meaning here: hooks are not triggers.' }),
  enrich_profile: z.boolean().default(true).meta({ description: 'Taken and without meaning here: profiles are the platform\'s.' }),
  is_test: z.boolean().default(false),
  vendor: z.string().nullish().meta({ description: 'The profile field `_vendor` at the moment of the event.' }),
  visitor_id: z.string().refine(isVisitorId, 'must be the value of a visitor\'s cookie').nullish().meta({ description: 'Ours: the visitor who did it. Later hits of that visitor carry the profile.' }),
});
type Input = z.infer<typeof goalInput>;
type GoalCall = CompatibleCall<Input>;

/** `POST /api/v1.1/goals/register`. */
export function goalRegistrationRoute(context: RouteContext, shared: VisitorDeps): Route {
  return compatibleRoute(context, {
    id: 'registerGoal', path: '/api/v1.1/goals/register', tag: 'Platform API', summary: "The platform's own call: register goals of a pixel", scope: 'events:write', schema: goalInput, answer: {},
    async handle(call) {
      const draft = await draftGoal(context, shared, call);
      if (isRefusal(draft)) return draft;
      await appendCounted(context, shared.metrics, draft);
      return {};
    },
  });
}

async function draftGoal(context: RouteContext, shared: VisitorDeps, { accountId, body, text }: GoalCall): Promise<EventDraft | Refusal> {
  const pixel = await context.control.pixels.get(accountId, body.pixel_id);
  // A pixel that we were never told of may be one of the platform's all the same.
  if (pixel?.active === false) return refuse(422, 'pixel_inactive', 'This pixel is switched off.', '/pixel_id');
  const now = context.clock.now();
  const date = toUtc(body.date ?? new Date(now).toISOString());
  const dateMs = Date.parse(date);
  if (dateMs < 0 || dateMs > now + LIMITS.eventAheadMsMax) return refuse(422, 'time_out_of_range', 'Must be 1970-01-01 to 24 h from now.', '/date');
  const matched = await match(context, accountId, body);
  if (isRefusal(matched)) return matched;
  const stored = matched.profileId === null ? null : await context.control.profiles.get(accountId, body.db_id, matched.profileId);
  const hashes = matched.email === null ? null : emailHashes(matched.email);
  if (body.visitor_id && (matched.profileId !== null || hashes !== null)) {
    await context.control.visitors.link(accountId, body.db_id, body.visitor_id, { profileId: matched.profileId, xxh: hashes?._xxh ?? null, md5: hashes?._md5 ?? null }, now);
  }
  const raw = jsonMembers(text).find(({ key }) => key === 'pixel_data');
  return draftPixelEvent({
    accountId, databaseId: body.db_id, pixelId: body.pixel_id, date, dateMs, isTest: body.is_test, profileId: matched.profileId, hashes,
    profile: body.vendor ? setJsonMembers(stored?.kind === 'stored' ? stored.fields : '{}', new Map([['_vendor', JSON.stringify(body.vendor)]])) : null,
    goals: goalsOf(body), value: body.goal || body.goals?.length ? null : (body.value ?? null),
    pixelData: raw === undefined ? null : text.slice(raw.valueStart, raw.valueEnd),
    url: null,
    referer: body.referer ? stripPageUrl(body.referer, shared.secretQueryKeys) : null,
    ip: body.client_ip || null,
    place: body.client_ip ? shared.settings.readPlace(body.client_ip) : null,
    agent: body.user_agent ? shared.readAgent(body.user_agent) : null,
    utm: {}, sendMessageId: null,
    more: { ...(body.accept_language ? { accept_language: body.accept_language } : null), ...matched.unresolved },
    subscription: null,
    callerId: null,
  });
}

function goalsOf({ goal, value, goals }: Input): readonly Goal[] {
  const listed = (goals ?? []).map((entry) => ({ goal: entry.goal, value: entry.value ?? null }));
  return goal ? [{ goal, value: value ?? null }, ...listed] : listed;
}

interface Matched {
  readonly profileId: string | null;
  readonly email: string | null;
  /** What the account knows the person by, where no profile that we have is found by it. */
  readonly unresolved: Readonly<Record<string, unknown>> | null;
}

async function match(context: RouteContext, accountId: number, body: Input): Promise<Matched | Refusal> {
  const { matching } = body;
  const lacks = (field: string): Refusal => refuse(422, 'required', `This matching needs ${field}.`, `/${field}`);
  if (matching === 'profile_id') return body.profile_id ? { profileId: body.profile_id, email: body.email ?? null, unresolved: null } : lacks('profile_id');
  if (matching === 'custom') {
    const { field_name: name, field_value: value } = body;
    if (!name) return lacks('field_name');
    if (value === undefined || value === null) return lacks('field_value');
    // Profiles are the platform's: by a field of its own only the platform finds one.
    return { profileId: null, email: null, unresolved: { matching: { mode: matching, field_name: name, field_value: value } } };
  }
  const kinds: Readonly<Record<'email' | 'email_profile' | 'phone', readonly ('email' | 'email_sub' | 'phone' | 'phone_sub')[]>> = { email: ['email', 'email_sub'], email_profile: ['email'], phone: ['phone', 'phone_sub'] };
  const value = matching === 'phone' ? body.phone : body.email;
  if (!value || value.trim() === '') return lacks(matching === 'phone' ? 'phone' : 'email');
  const addresses = kinds[matching].map((kind): ProfileAddress => ({ kind, value }));
  const profileId = await findProfile(context.control.profiles, accountId, body.db_id, addresses);
  return { profileId, email: matching === 'phone' ? null : value, unresolved: profileId === null && matching === 'phone' ? { matching: { mode: matching, phone: value } } : null };
}

/** RFC 3339 with an offset as UTC, with the fraction as it was given, nine digits of it at most. */
function toUtc(date: string): string {
  const fraction = /\.(\d{1,9})/.exec(date)?.[0] ?? '';
  return `${new Date(date.replace(/\.\d+/, '')).toISOString().slice(0, 19)}${fraction}Z`;
}
