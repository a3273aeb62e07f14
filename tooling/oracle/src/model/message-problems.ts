import { isDeepStrictEqual } from 'node:util';
import type { HookConfig } from './hook-config.ts';
import type { OracleEvent } from './make-event.ts';
import { templateValue } from './template-value.ts';
import { storedProfile } from './world.ts';

/** How a message differs from what contract.md sections 3 and 4 say it must be; empty when it is exactly that. */
export function messageProblems(hook: HookConfig, event: OracleEvent, text: string): string[] {
  let message: Record<string, unknown>;
  try {
    message = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return [`no JSON: ${text.slice(0, 100)}`];
  }
  const { custom_data: customData, ...rest } = message;
  const expected: Record<string, unknown> = { ...event.carried, ...((hook.include_event_id ?? true) && { event_id: event.id }) };
  const problems: string[] = [];
  for (const key of new Set([...Object.keys(rest), ...Object.keys(expected)])) {
    if (!isDeepStrictEqual(rest[key], expected[key])) problems.push(`${key}: ${show(rest[key])} instead of ${show(expected[key])}`);
  }
  // parsing hides what it cannot keep: a long number, an escape, a space
  if (!text.includes(`"event_data":${event.dataText}`)) problems.push('event_data is not byte for byte what was sent');
  return [...problems, ...customDataProblems(hook, event, customData)];
}

function customDataProblems(hook: HookConfig, event: OracleEvent, got: unknown): string[] {
  if (event.ownCustomData) return isDeepStrictEqual(got, event.ownCustomData) ? [] : [`custom_data: ${show(got)} instead of the event's own`];
  const { fields = [], template = {} } = hook.custom_data ?? {};
  const asked = new Set([...fields, ...Object.keys(template)]);
  if (asked.size === 0) return got === undefined || isDeepStrictEqual(got, {}) ? [] : [`custom_data: ${show(got)}, which nobody asked for`];
  if (typeof got !== 'object' || got === null) return [`custom_data: ${show(got)}`];
  const values = got as Record<string, unknown>;
  const profile = event.ownProfile ?? storedProfile(event.databaseId, event.profileId) ?? {};
  const problems = Object.keys(values).flatMap((key) => (asked.has(key) ? [] : [`custom_data.${key}: nobody asked for it`]));
  for (const key of asked) {
    const value = values[key];
    const pattern = template[key];
    const right = pattern === undefined ? isDeepStrictEqual(value, profile[key] ?? null) : typeof value === 'string' && templateValue(pattern, event).test(value);
    if (!right) problems.push(`custom_data.${key}: ${show(value)}, ${pattern === undefined ? `the profile has ${show(profile[key])}` : `the template is ${pattern}`}`);
  }
  return problems;
}

const show = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 120);
