export interface BenchSizes {
  /** Events in requests of 100, delivered in batches of 100. */
  readonly batchEvents: number;
  /** Events in requests of their own, delivered one by one. */
  readonly singleEvents: number;
  readonly brokerEvents: number;
  readonly baselineBatchEvents: number;
  readonly baselineSingleEvents: number;
  /** At 100 events a second. */
  readonly latencyEvents: number;
  readonly backlogEvents: number;
  readonly idleSec: number;
}

export const FULL_SIZES: BenchSizes = { batchEvents: 300_000, singleEvents: 30_000, brokerEvents: 100_000, baselineBatchEvents: 60_000, baselineSingleEvents: 5_000, latencyEvents: 3_000, backlogEvents: 200_000, idleSec: 10 };
/** Under a minute, for a look: nothing is warm yet. */
export const QUICK_SIZES: BenchSizes = { batchEvents: 40_000, singleEvents: 4_000, brokerEvents: 10_000, baselineBatchEvents: 10_000, baselineSingleEvents: 1_000, latencyEvents: 500, backlogEvents: 30_000, idleSec: 3 };
