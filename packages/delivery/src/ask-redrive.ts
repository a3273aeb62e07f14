import type { EventLog, LaneStore } from '@hookline/store';
import { type DeadId, deadPages } from './dead-pages.ts';

/** Asks whoever delivers, by the log, to send these dead events again. How many there are. */
export async function askRedrive(logs: readonly (EventLog & LaneStore)[], { accountId, hookId }: { readonly accountId: number; readonly hookId: string }, wanted: readonly DeadId[] | 'all'): Promise<number> {
  let asked = 0;
  for (const log of logs) {
    for await (const rows of deadPages(log, hookId, wanted)) {
      const byLane = Map.groupBy(rows, (row) => row.laneId);
      await log.commit([...byLane].map(([laneId, dead]) => ({ op: 'redrive_asked', accountId, hookId, laneId, ids: dead.map(({ id }) => id) })));
      asked += rows.length;
    }
  }
  return asked;
}
