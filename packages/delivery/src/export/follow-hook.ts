import type { ExportRun, ExportStore, Hook } from '@hookline/store';

/** What a change of a hook means for its export: switched off it pauses, switched on it goes on, deleted it is aborted. Safe to call again, by whoever learns of the change. */
export async function followHook(exports: Pick<ExportStore, 'update'>, run: Pick<ExportRun, 'id' | 'status' | 'pausedBy'>, hook: Pick<Hook, 'active' | 'deletedAt'>, nowMs: number): Promise<void> {
  const unfinished = run.status === 'in_progress' || run.status === 'paused';
  if (hook.deletedAt !== null) {
    if (unfinished) await exports.update(run.id, { status: 'aborted', pausedBy: null, finishedAt: nowMs }, { nowMs, only: { status: ['in_progress', 'paused'] } });
  } else if (!hook.active) {
    if (run.status === 'in_progress') await exports.update(run.id, { status: 'paused', pausedBy: 'hook_inactive' }, { nowMs, only: { status: ['in_progress'] } });
  } else if (run.status === 'paused' && run.pausedBy === 'hook_inactive') {
    await exports.update(run.id, { status: 'in_progress', pausedBy: null }, { nowMs, only: { status: ['paused'], pausedBy: 'hook_inactive' } });
  }
}
