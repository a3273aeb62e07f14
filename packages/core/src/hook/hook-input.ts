// What a user may say about a hook. The schema judges the body alone; the checks here need more: the registry, the address policy, the stored secrets. They look at
// the unchecked body, so that whoever sends a hook with five mistakes is told five.

import type { AddressPolicy } from '../address/address-policy.ts';
import { LIMITS } from '../json/limits.ts';
import type { Parsed, Problem } from '../problem/problem.ts';
import { parseWithSchema } from '../problem/problems-of-zod.ts';
import { destinationProblems } from './destination-problems.ts';
import type { HookRequest, HookSelection, Subject } from './hook.ts';
import { HOOK_EVENT_COUNT_MAX, hookInputSchema, type HookSettings } from './hook-schema.ts';
import { memberOf } from './raw-object.ts';
import { draftRequest } from './request-draft.ts';
import { secretProblems } from './secret-problems.ts';

export interface HookInputContext {
  /** The account's registry; undefined = there is no such event type. */
  eventType(type: string): { readonly subjects: readonly Subject[] } | undefined;
  readonly address: AddressPolicy;
  /** The hook that is replaced: its secrets are kept where the input does not say otherwise and `request.type` stays. */
  readonly existing?: { readonly request: HookRequest };
  /** Unix ms: from here on a replaced signing secret signs on for a day. Absent: it ends at once. */
  readonly nowMs?: number;
}

/** A hook that may be saved. New secrets are open: seal them first (`mapSecrets`). */
export interface HookDraft {
  readonly name: string;
  readonly active: boolean;
  readonly selection: HookSelection;
  readonly request: HookRequest;
}

/** The body of a POST or PUT, or what `patchHook` made of a PATCH. All problems, at most `LIMITS.problemsMax`; none of them shows a secret. */
export function parseHookInput(json: unknown, context: HookInputContext): Parsed<HookDraft> {
  const settings = parseWithSchema(hookInputSchema, json);
  const problems: Problem[] = settings.ok ? [] : [...settings.problems];
  const seen = new Set(problems.map((problem) => problem.path));
  problems.push(...contextProblems(json, context).filter((problem) => !seen.has(problem.path)));
  if (!settings.ok || problems.length > 0) return { ok: false, status: 422, problems: problems.slice(0, LIMITS.problemsMax) };
  const { name, active, request } = settings.value;
  return {
    ok: true,
    value: {
      name,
      active,
      selection: draftSelection(settings.value, context),
      request: draftRequest(request, { address: context.address, existing: context.existing?.request, nowMs: context.nowMs }),
    },
  };
}

function contextProblems(json: unknown, context: HookInputContext): Problem[] {
  const request = memberOf(json, 'request');
  return [...eventProblems(memberOf(json, 'events'), context), ...destinationProblems(request, context.address, context.existing?.request), ...secretProblems(request, context.existing?.request)];
}

function eventProblems(events: unknown, context: HookInputContext): Problem[] {
  if (!Array.isArray(events) || events.length > HOOK_EVENT_COUNT_MAX) return [];
  const seen = new Set<unknown>();
  return events.flatMap((type: unknown, index): Problem[] => {
    if (typeof type !== 'string') return [];
    const path = `/events/${index}`;
    if (seen.has(type)) return [{ path, code: 'duplicate', message: 'This event type is named twice.' }];
    seen.add(type);
    return context.eventType(type) === undefined ? [{ path, code: 'event_type_unknown', message: 'There is no such event type; GET /v1/event-types lists them.' }] : [];
  });
}

function draftSelection(settings: HookSettings, context: HookInputContext): HookSelection {
  return {
    databaseId: settings.database_id,
    events: settings.events,
    filters: settings.filters,
    customData: settings.custom_data,
    includeContent: settings.include_content,
    includeEventId: settings.include_event_id,
    subjects: Object.fromEntries(settings.events.map((type) => [type, [...(context.eventType(type)?.subjects ?? [])]])),
  };
}
