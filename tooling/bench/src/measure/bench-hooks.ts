import { EVENT_TYPES } from '@hookline/oracle';
import type { HookConfig } from '@hookline/oracle';

const HOOK_COUNT = 10;

/** Two event types for each of ten hooks: every event goes to exactly one. */
export const TYPES: readonly string[] = EVENT_TYPES.slice(0, 2 * HOOK_COUNT);
export const benchHookNames: readonly string[] = Array.from({ length: HOOK_COUNT }, (_, place) => `hook-${place}`);
export const typesOf = (hook: string): string[] => TYPES.filter((_, place) => benchHookNames[place % HOOK_COUNT] === hook);

export const benchHook = (name: string, request: HookConfig['request'], events: readonly string[] = typesOf(name)): HookConfig => ({ name, database_id: null, events, request });
