import type { OpenControlStore } from '../../control/assemble-control-store.ts';

export interface ControlOpenOptions {
  readonly masterKey?: string;
  readonly contentBytesMax?: number;
}

/** What a driver brings to the suite: one database, at first empty. */
export interface ControlHarness {
  /** Opens a store on it. The suite closes one before it opens the next. */
  open(options?: ControlOpenOptions): Promise<OpenControlStore>;
  /** Removes the database. */
  remove(): Promise<void>;
}

/** Content lives this long in every store of the suite. */
export const RETENTION_HOURS = 72;

export const PAGE_OF_ALL = { limit: 500, after: null } as const;

/** The stores of a suite's tests: fresh for each test file, one database for all its cases, which keep apart by their accounts. */
export type UseStore = () => OpenControlStore;

let nextAccount = 1_000;
/** An account that no other case uses. */
export function freshAccount(): number {
  return nextAccount++;
}
