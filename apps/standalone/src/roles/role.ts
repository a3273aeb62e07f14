import type { Clock } from '@hookline/core';
import type { Logger } from '@hookline/edge';
import type { HooklineConfig } from '../config.ts';

/** One part of the product as a process of its own, beside others of its kind. */
export interface RunningRole {
  readonly url: string;
  /** For whoever started it. */
  readonly notes?: readonly string[];
  /** Finishes or lets go of what is in flight, gives back what it holds. At most `waitMs`. */
  stop(waitMs: number): Promise<void>;
}

export interface RoleOptions {
  readonly config: HooklineConfig;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const ROLES = ['edge', 'relay', 'exporter'] as const;
export type Role = (typeof ROLES)[number];

export const isRole = (word: string | undefined): word is Role => ROLES.includes(word as Role);
