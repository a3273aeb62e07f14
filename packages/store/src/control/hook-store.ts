import { and, asc, eq, gt, isNull, sql } from './drizzle.ts';
import { HooklineError } from '@hookline/core';
import type { Hook, HookStore } from './control-store.ts';
import type { ControlSql } from './control-sql.ts';
import { auditStatements } from './audit-statement.ts';
import { afterKey, toPage } from './page.ts';
import { bumpRevision, currentRevision } from './revision.ts';
import { hookTable } from './schema/control-schema.ts';

type HookRow = typeof hookTable.$inferSelect;

export interface LoadedHookStore extends HookStore {
  /** Tells the listeners of hooks that changed since the last call, or since the store was made. */
  reload(): Promise<void>;
}

export async function createHookStore(control: ControlSql): Promise<LoadedHookStore> {
  const { build } = control;
  const listeners = new Set<(hook: Hook) => void>();
  let seenRevision = await readRevision(control);

  function announce(row: HookRow): Hook {
    const hook = toHook(row);
    for (const listener of listeners) listener(hook);
    return hook;
  }

  return {
    async create(hook, nowMs, audit) {
      const [, [row]] = await control.write([
        bumpRevision(control, 'hooks'),
        build
          .insert(hookTable)
          .values({ ...hook, revision: currentRevision('hooks'), version: 1, createdAt: nowMs, updatedAt: nowMs })
          .returning(),
        ...auditStatements(control, audit),
      ]);
      return announce(row!);
    },
    async get(accountId, id) {
      const [row] = await control.read(
        build
          .select()
          .from(hookTable)
          .where(and(eq(hookTable.accountId, accountId), eq(hookTable.id, id), isNull(hookTable.deletedAt))),
      );
      return row === undefined ? null : toHook(row);
    },
    async list(accountId, page) {
      const rows = await control.read(
        build
          .select()
          .from(hookTable)
          .where(and(eq(hookTable.accountId, accountId), isNull(hookTable.deletedAt), gt(hookTable.row, afterKey(page))))
          .orderBy(asc(hookTable.row))
          .limit(page.limit + 1),
      );
      return toPage(rows, page, ({ row }) => row, toHook);
    },
    async update(accountId, id, patch, { nowMs, expectedVersion, bumpVersion = true, audit }) {
      const own = and(eq(hookTable.accountId, accountId), eq(hookTable.id, id));
      // Bookkeeping goes on after the deletion: the deletion itself is a change on its way into the log.
      const visible = bumpVersion ? and(own, isNull(hookTable.deletedAt)) : own;
      const stamp = bumpVersion ? { version: sql`${hookTable.version} + 1`, updatedAt: nowMs } : {};
      const [, [updated], ...rest] = await control.write([
        bumpRevision(control, 'hooks'),
        build
          .update(hookTable)
          .set({ ...patch, ...stamp, revision: currentRevision('hooks') })
          .where(expectedVersion === undefined ? visible : and(visible, eq(hookTable.version, expectedVersion)))
          .returning(),
        ...auditStatements(control, audit),
        build.select({ id: hookTable.id }).from(hookTable).where(visible),
      ]);
      if (updated !== undefined) return announce(updated);
      const [present] = rest.at(-1) as readonly { readonly id: string }[];
      return present !== undefined && expectedVersion !== undefined ? 'version_conflict' : 'not_found';
    },
    async all() {
      return (await control.read(build.select().from(hookTable).orderBy(asc(hookTable.row)))).map(toHook);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async reload() {
      const rows = await control.read(build.select().from(hookTable).where(gt(hookTable.revision, seenRevision)).orderBy(asc(hookTable.revision)));
      for (const row of rows) {
        announce(row);
        seenRevision = Math.max(seenRevision, row.revision);
      }
    },
  };
}

async function readRevision(control: ControlSql): Promise<number> {
  const [row] = await control.read(control.build.select({ highest: sql<number>`coalesce(max(${hookTable.revision}), 0)` }).from(hookTable));
  if (row === undefined) throw new HooklineError('invariant_broken', 'an aggregate without a row');
  return row.highest;
}

function toHook({ row: _row, revision: _revision, ...hook }: HookRow): Hook {
  return hook;
}
