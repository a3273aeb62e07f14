import { hookInputSchema, hookToWire, type HookWire, type Problem } from '@hookline/core';
import type { Hook } from '@hookline/store';
import { z } from 'zod';
import { problemSchema, stamps } from '../schemas/common-schemas.ts';
import { printStamps } from '../routes/answers.ts';

/** A hook as it is read: what its owner writes, and what we say about it. */
export type HookView = HookWire & ReturnType<typeof printStamps> & { readonly id: string; readonly state: 'active' | 'inactive' | 'activating'; readonly stopped_reason: string | null };

const READ_ONLY = { id: true, version: true, created_at: true, updated_at: true, state: true, stopped_reason: true, warnings: true } as const;

export const hookSchema: z.ZodType = hookInputSchema.omit(READ_ONLY).extend({
  id: z.string(),
  state: z.enum(['active', 'inactive', 'activating']).meta({ description: '`activating` while a shard of the log has not taken the change.' }),
  stopped_reason: z.string().nullable().meta({ description: '`gone` after the destination said 410.' }),
  ...stamps,
  warnings: z.array(problemSchema).optional(),
}).meta({ id: 'Hook' });

export function viewHook(hook: Hook): HookView {
  const waits = hook.active && hook.pending.length > 0;
  return { id: hook.id, ...hookToWire(hook), state: waits ? 'activating' : hook.active ? 'active' : 'inactive', stopped_reason: hook.stoppedReason, ...printStamps(hook) };
}

export const viewChangedHook = (hook: Hook, warnings: readonly Problem[]): HookView & { readonly warnings: readonly Problem[] } => ({ ...viewHook(hook), warnings });
