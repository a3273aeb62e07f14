import type { HookTimeline } from '../hook-timeline.ts';

/** What a lane asks of whom it delivers for: a hook along the log, or an export. `deleted` = nothing begins any more, what waits is cancelled. */
export interface LanePlan extends Pick<HookTimeline, 'change' | 'active' | 'openFrom' | 'nextActive' | 'latest' | 'at' | 'forOpenUnit' | 'deleted'> {
  /** Of an export: how many events of its period it has looked at through this position; kept with the cursor. */
  scannedThrough?(position: number): number;
  /** Of an export: no more events come, a batch need not wait for them. */
  readonly isReadToEnd?: boolean;
}
