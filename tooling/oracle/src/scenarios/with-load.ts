import { waitUntil } from '@hookline/services';
import type { LoadOptions, LoadResult } from '../load/send-events.ts';
import type { Stage } from '../stage/open-stage.ts';

const PROGRESS_DEADLINE_MS = 90_000;

/** What a scenario waits for while events flow. */
export interface Flow {
  /** Until so many more events have been accepted. */
  accepted(more: number): Promise<void>;
  /** Until a hook's destination has taken so many more. */
  taken(hook: string, more: number): Promise<void>;
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
}

/** Events flow while `act` does; then they stop. */
export async function withLoad(stage: Stage, load: Omit<LoadOptions, 'api' | 'ledger' | 'count' | 'until'>, act: (flow: Flow) => Promise<void>): Promise<LoadResult> {
  const { ledger } = stage;
  let over = false;
  const until: Flow['until'] = (what, condition) => waitUntil(what, condition, { deadlineMs: PROGRESS_DEADLINE_MS });
  const loading = stage.send({ ...load, until: () => over });
  try {
    await act({
      until,
      accepted(more) {
        const goal = ledger.ackedCount + more;
        return until(`${more} more events to be accepted`, () => ledger.ackedCount >= goal);
      },
      taken(hook, more) {
        const goal = ledger.book(hook).takenCount + more;
        return until(`${hook} to take ${more} more events`, () => ledger.book(hook).takenCount >= goal);
      },
    });
  } finally {
    over = true;
  }
  return loading;
}
