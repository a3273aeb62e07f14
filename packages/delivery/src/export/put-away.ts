// The lanes of exports that are over leave the log. Their numbers go into the control data first, so a crash in between leaves the numbers twice and never not at all.
import type { ExportNumbers, ExportRun, ExportStore, LaneSnapshot } from '@hookline/store';
import type { ExportLog } from './shard-export.ts';

/** At a time. */
const LANES_MAX = 50;

/** The numbers of an export over all shards. */
export function sumNumbers(lanes: readonly (LaneSnapshot | undefined)[]): ExportNumbers {
  const sum = (of: (lane: LaneSnapshot) => number): number => lanes.reduce((total, lane) => total + (lane ? of(lane) : 0), 0);
  return { matched: sum((l) => l.matched), delivered: sum((l) => l.delivered), dead: sum((l) => l.dead), cancelled: sum((l) => l.cancelled), expired: sum((l) => l.expired), scanned: sum((l) => l.scanned ?? 0) };
}

/** `isInUse`: this process has it open, or is about to. An export whose dead events could be sent again keeps its lanes. */
export async function putAwayLanes(logs: readonly ExportLog[], exports: Pick<ExportStore, 'unfinishedOr' | 'update'>, { nowMs, isInUse }: { readonly nowMs: number; readonly isInUse: (exportId: string) => boolean }): Promise<void> {
  const resting = await Promise.all(logs.map((log) => log.restingExportLanes(LANES_MAX)));
  const ids = [...new Set(resting.flat())].filter((id) => !isInUse(id));
  if (ids.length === 0) return;
  for (const run of await exports.unfinishedOr(ids)) {
    if (run.finishedAt === null || !ids.includes(run.id)) continue;
    const lanes = await Promise.all(logs.map(async (log) => (await log.snapshot([run.id])).get(run.id)));
    if (lanes.some((lane, i) => lane !== undefined && !resting[i]?.includes(run.id))) continue;
    if (await hasFinal(run, lanes, exports, nowMs)) await Promise.all(logs.map((log) => log.commit([{ op: 'lane_gone', laneId: run.id }], { patient: true })));
  }
}

async function hasFinal(run: ExportRun, lanes: readonly (LaneSnapshot | undefined)[], exports: Pick<ExportStore, 'update'>, nowMs: number): Promise<boolean> {
  if (run.final !== null) return true;
  return typeof (await exports.update(run.id, { final: sumNumbers(lanes) }, { nowMs, only: { status: [run.status] }, bumpVersion: false })) !== 'string';
}
