import type { UnitRow } from '@hookline/store';

/** A unit in memory: its row, and its times on the clock that never jumps. */
export interface OpenUnit {
  row: UnitRow;
  /** Monotonic ms at which its next try is due; Infinity while the lane holds. */
  dueAt: number;
  /** Monotonic ms before which no success of this hook counts as evidence against it. */
  firstAt: number;
  /** True from the decision to send until it is settled. */
  busy: boolean;
}
