/** What the oracle counted in one run. */
export interface RunCounts {
  readonly events: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Absent: not judged. */
  readonly corrupted?: number;
  readonly misrouted?: number;
}

export interface RunResult {
  readonly eventsPerSec: number;
  /** Of the whole process, all threads. */
  readonly cpuMsPerThousand: number;
  /** The same by thread; empty where it was not looked at. */
  readonly threads: Readonly<Record<string, number>>;
  readonly counts: RunCounts;
}
