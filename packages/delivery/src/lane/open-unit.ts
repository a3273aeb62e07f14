import type { UnitRow } from '@hookline/store';

/** A unit in memory: its row, and its times on the clock that never jumps. */
export interface OpenUnit {
  row: UnitRow;
  /** Monotonic ms at which its next try is due; Infinity while the lane holds. */
  dueAt: number;
  /** Monotonic ms of its first attempt: no earlier success of this hook counts as evidence against it. */
  firstAt: number;
  /** Monotonic ms since which it is known to fail; Infinity = it has not failed. */
  failedAt: number;
  /** Key of the unit that it was once a part of; else its own. */
  readonly origin: string;
  /** True from the decision to send until it is settled. */
  busy: boolean;
}
