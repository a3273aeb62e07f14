// Control data on a disk of memory: what a start of the product sees of it ends with that start, the tables stay.
import type { ExportRun, ExportStore, Hook, HookStore } from '@hookline/store';

export class ControlTables {
  readonly hooks = new Map<string, Hook>();
  readonly exports = new Map<string, ExportRun>();
}

/** `isAlive` false: the process has died, its writes reach nothing and its reads are never answered. */
export function openMemoryControl(tables: ControlTables, isAlive: () => boolean): { readonly hooks: HookStore; readonly exports: ExportStore } {
  const hookListeners = new Set<(hook: Hook) => void>();
  const exportListeners = new Set<(run: ExportRun) => void>();
  const step = async <T>(work: () => T): Promise<T> => {
    await null;
    return isAlive() ? work() : new Promise<T>(() => undefined);
  };
  const putHook = (hook: Hook): Hook => {
    tables.hooks.set(hook.id, hook);
    for (const listener of hookListeners) listener(hook);
    return hook;
  };
  const putExport = (run: ExportRun): ExportRun => {
    tables.exports.set(run.id, run);
    for (const listener of exportListeners) listener(run);
    return run;
  };
  const isUnfinished = (run: ExportRun): boolean => run.status === 'in_progress' || run.status === 'paused';
  return {
    hooks: {
      create: (hook, nowMs) => step(() => putHook({ ...hook, version: 1, createdAt: nowMs, updatedAt: nowMs })),
      get: (_accountId, id) => step(() => (tables.hooks.get(id)?.deletedAt === null ? (tables.hooks.get(id) as Hook) : null)),
      list: () => step(() => ({ data: [...tables.hooks.values()].filter((hook) => hook.deletedAt === null), next: null })),
      update: (_accountId, id, patch, { nowMs, expectedVersion, bumpVersion = true }) =>
        step(() => {
          const hook = tables.hooks.get(id);
          if (!hook || (bumpVersion && hook.deletedAt !== null)) return 'not_found' as const;
          if (expectedVersion !== undefined && hook.version !== expectedVersion) return 'version_conflict' as const;
          return putHook({ ...hook, ...patch, ...(bumpVersion && { version: hook.version + 1, updatedAt: nowMs }) });
        }),
      all: () => step(() => [...tables.hooks.values()]),
      onChange(listener) {
        hookListeners.add(listener);
        return () => void hookListeners.delete(listener);
      },
    },
    exports: {
      create: (run, nowMs) =>
        step(() => ([...tables.exports.values()].some((other) => other.hookId === run.hookId && isUnfinished(other)) ? 'running' : putExport({ ...run, version: 1, createdAt: nowMs, updatedAt: nowMs }))),
      get: (_accountId, id) => step(() => tables.exports.get(id) ?? null),
      list: (_accountId, hookId) => step(() => ({ data: [...tables.exports.values()].filter((run) => run.hookId === hookId).reverse(), next: null })),
      unfinishedOr: (ids) => step(() => [...tables.exports.values()].filter((run) => isUnfinished(run) || ids.includes(run.id))),
      update: (id, patch, { nowMs, only, bumpVersion = true }) =>
        step(() => {
          const run = tables.exports.get(id);
          if (!run) return 'not_found' as const;
          if (only.version !== undefined && only.version !== run.version) return 'version_conflict' as const;
          if (!only.status.includes(run.status) || (only.pausedBy !== undefined && only.pausedBy !== run.pausedBy)) return 'wrong_state' as const;
          return putExport({ ...run, ...patch, ...(bumpVersion && { version: run.version + 1, updatedAt: nowMs }) });
        }),
      lease: () => step(() => 1),
      release: () => step(() => undefined),
      onChange(listener) {
        exportListeners.add(listener);
        return () => void exportListeners.delete(listener);
      },
    },
  };
}
