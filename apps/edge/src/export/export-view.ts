import type { ExportRun } from '@hookline/store';
import type { z } from 'zod';
import type { Exports } from '../ports.ts';
import { printStamps, printTime } from '../routes/answers.ts';
import type { exportSchema } from '../schemas/export-schemas.ts';

export type ExportView = z.infer<typeof exportSchema>;

export async function viewExport(exports: Pick<Exports, 'progress'>, run: ExportRun): Promise<ExportView> {
  const { holding, ...progress } = await exports.progress(run);
  return {
    id: run.id, hook_id: run.hookId, from: run.from, to: run.to, status: run.status, paused_by: run.pausedBy, progress,
    ...(run.error && { error: run.error }),
    ...(holding && { holding: { since: printTime(holding.since), next_probe_at: printTime(holding.nextProbeAt), code: holding.code, message: holding.message } }),
    max_events_per_sec: run.maxEventsPerSec, skipped_event_types: [...run.skippedEventTypes], finished_at: run.finishedAt === null ? null : printTime(run.finishedAt), ...printStamps(run),
  };
}
