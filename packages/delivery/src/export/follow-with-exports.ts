import type { HookChanges } from '@hookline/store';
import type { ExportRuns } from './export-runs.ts';

type Changes = Pick<HookChanges, 'create' | 'update' | 'activate' | 'deactivate' | 'delete'>;

/** Changes of hooks: when one resolves, the hook's export has followed it (paused, gone on, aborted). */
export function followWithExports(changes: Changes, runs: Pick<ExportRuns, 'hookChanged'>): Changes {
  return {
    create: (draft, actor) => changes.create(draft, actor),
    async update(hook, draft, expectedVersion, actor) {
      const updated = await changes.update(hook, draft, expectedVersion, actor);
      if (typeof updated !== 'string' && updated.active !== hook.active) await runs.hookChanged(hook.accountId, hook.id);
      return updated;
    },
    async activate(hook, from, actor) {
      const activated = await changes.activate(hook, from, actor);
      await runs.hookChanged(hook.accountId, hook.id);
      return activated;
    },
    async deactivate(hook, reason, actor) {
      const deactivated = await changes.deactivate(hook, reason, actor);
      await runs.hookChanged(hook.accountId, hook.id);
      return deactivated;
    },
    async delete(hook, actor) {
      await changes.delete(hook, actor);
      await runs.hookChanged(hook.accountId, hook.id);
    },
  };
}
