// New events of an account as they are accepted, as server-sent events. It looks at the log a few times a second; where more came than a person could follow, it goes on
// at the end and says how many places of the log it left out.
import { type Clock, type EventRow, isHooklineError } from '@hookline/core';
import { type EventLog, type EventSearchQuery, isSearched } from '@hookline/store';
import type { SentEvents, StreamWriter } from '../http/sent-events.ts';
import { EDGE_LIMITS } from '../limits.ts';

export interface EventTailDeps {
  readonly logs: readonly EventLog[];
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
  readonly print: (row: EventRow) => string;
}

/** `stillMay` is asked each second. */
export function followEvents(deps: EventTailDeps, query: EventSearchQuery, stillMay: () => Promise<boolean>): StreamWriter {
  return (stream) => {
    let ended = false;
    let cancel: () => void = () => {};
    let askedAt = deps.clock.monotonic();
    const read = deps.logs.map((log) => log.end());
    let skipped = 0;

    const tick = async (): Promise<void> => {
      if (deps.clock.monotonic() - askedAt >= EDGE_LIMITS.tailRightsMs) {
        askedAt = deps.clock.monotonic();
        if (!(await stillMay())) return stream.end();
      }
      const isSlow = stream.isSlow();
      for (const [place, log] of deps.logs.entries()) read[place] = await tell(log, read[place] as number, isSlow);
      if (skipped > 0 && !isSlow && !ended) {
        stream.send(JSON.stringify({ skipped }), 'skipped');
        skipped = 0;
      }
      stream.keepAlive();
      if (!ended) later();
    };

    async function tell(log: EventLog, after: number, isSlow: boolean): Promise<number> {
      const from = Math.max(after, log.end() - EDGE_LIMITS.tailPositionsMax);
      const page = await log.read(from, { rowsMax: EDGE_LIMITS.tailPositionsMax, bytesMax: EDGE_LIMITS.tailBytesMax });
      const own = page.rows.filter((row): row is EventRow => row.kind === 'event' && isSearched(query, row));
      const told = ended || isSlow ? [] : own.slice(-EDGE_LIMITS.tailEventsMax);
      for (const row of told) stream.send(deps.print(row));
      skipped += from - after + own.length - told.length;
      return Math.max(after, page.through);
    }

    // A store that is away for a moment is no reason to end: it is looked at again.
    const looked = (): Promise<void> => tick().catch((error: unknown) => (isHooklineError(error) ? later() : giveUp(stream, error)));
    const later = (): void => {
      cancel = deps.clock.after(EDGE_LIMITS.tailPauseMs, () => void looked());
    };
    const giveUp = (to: SentEvents, error: unknown): void => {
      deps.report(error);
      to.end();
    };
    stream.send('{}', 'open');
    later();
    return () => {
      ended = true;
      cancel();
    };
  };
}
