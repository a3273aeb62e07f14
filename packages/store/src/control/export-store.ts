import { auditStatements } from './audit-statement.ts';
import type { ControlSql } from './control-sql.ts';
import { and, asc, desc, eq, gt, inArray, lt, or, sql } from './drizzle.ts';
import type { ExportCondition, ExportRun, ExportStore } from './export-run.ts';
import { toPage } from './page.ts';
import { bumpRevision, currentRevision } from './revision.ts';
import { exportTable } from './schema/export-schema.ts';

type Row = typeof exportTable.$inferSelect;

export interface LoadedExportStore extends ExportStore {
  /** Tells the listeners of exports that changed since the last call, or since the store was made. */
  reload(): Promise<void>;
}

/** Leases end by the database's clock, whatever the clocks of the exporters say. */
const DATABASE_MS = sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
const UNFINISHED = ['in_progress', 'paused'] as const;

export async function createExportStore(control: ControlSql): Promise<LoadedExportStore> {
  const { build } = control;
  const listeners = new Set<(run: ExportRun) => void>();
  const [newest] = await control.read(build.select({ revision: exportTable.revision }).from(exportTable).orderBy(desc(exportTable.revision)).limit(1));
  let seenRevision = newest?.revision ?? 0;

  function announce(row: Row): ExportRun {
    const run = toRun(row);
    for (const listener of listeners) listener(run);
    return run;
  }

  const holds = ({ status, pausedBy, version, fence }: ExportCondition) =>
    and(
      inArray(exportTable.status, [...status]),
      pausedBy === undefined ? undefined : eq(exportTable.pausedBy, pausedBy),
      version === undefined ? undefined : eq(exportTable.version, version),
      fence === undefined ? undefined : eq(exportTable.fence, fence),
    );

  return {
    async create(run, nowMs, audit) {
      const [, made] = await control.write([
        bumpRevision(control, 'exports'),
        build
          .insert(exportTable)
          .values({ ...run, revision: currentRevision('exports'), version: 1, createdAt: nowMs, updatedAt: nowMs })
          .onConflictDoNothing()
          .returning(),
        ...auditStatements(control, audit),
      ]);
      return made[0] === undefined ? 'running' : announce(made[0]);
    },
    async get(accountId, id) {
      const [row] = await control.read(build.select().from(exportTable).where(and(eq(exportTable.accountId, accountId), eq(exportTable.id, id))));
      return row === undefined ? null : toRun(row);
    },
    async list(accountId, hookId, page) {
      const before = page.after === null ? undefined : lt(exportTable.row, Number(page.after));
      const rows = await control.read(
        build
          .select()
          .from(exportTable)
          .where(and(eq(exportTable.accountId, accountId), hookId === null ? undefined : eq(exportTable.hookId, hookId), before))
          .orderBy(desc(exportTable.row))
          .limit(page.limit + 1),
      );
      return toPage(rows, page, ({ row }) => row, toRun);
    },
    async unfinishedOr(ids) {
      const wanted = or(inArray(exportTable.status, [...UNFINISHED]), ids.length > 0 ? sql`${exportTable.id} in (select value from json_each(${JSON.stringify(ids)}))` : undefined);
      return (await control.read(build.select().from(exportTable).where(wanted).orderBy(asc(exportTable.row)))).map(toRun);
    },
    async update(id, patch, { nowMs, only, bumpVersion = true, audit }) {
      const stamp = bumpVersion ? { version: sql`${exportTable.version} + 1`, updatedAt: nowMs } : {};
      const [, [present], [updated]] = await control.write([
        bumpRevision(control, 'exports'),
        build.select({ version: exportTable.version }).from(exportTable).where(eq(exportTable.id, id)),
        build
          .update(exportTable)
          .set({ ...patch, ...stamp, revision: currentRevision('exports') })
          .where(and(eq(exportTable.id, id), holds(only)))
          .returning(),
        ...auditStatements(control, audit),
      ]);
      if (updated !== undefined) return announce(updated);
      if (present === undefined) return 'not_found';
      return only.version !== undefined && present.version !== only.version ? 'version_conflict' : 'wrong_state';
    },
    async lease(id, { owner, leaseMs, alone }) {
      const mine = eq(exportTable.leaseOwner, owner);
      const free = sql`(${exportTable.leaseOwner} is null or ${exportTable.leaseUntil} < ${DATABASE_MS})`;
      const [row] = (
        await control.write([
          build
            .update(exportTable)
            .set({
              leaseOwner: owner,
              leaseUntil: sql`${DATABASE_MS} + ${leaseMs}`,
              fence: sql`${exportTable.fence} + case when ${exportTable.leaseOwner} is ${owner} and ${exportTable.leaseUntil} >= ${DATABASE_MS} then 0 else 1 end`,
            })
            .where(and(eq(exportTable.id, id), alone ? undefined : or(mine, free)))
            .returning({ fence: exportTable.fence }),
        ])
      )[0];
      return row?.fence ?? null;
    },
    async release(id, owner) {
      await control.write([
        build
          .update(exportTable)
          .set({ leaseOwner: null, leaseUntil: null })
          .where(and(eq(exportTable.id, id), eq(exportTable.leaseOwner, owner))),
      ]);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async reload() {
      const rows = await control.read(build.select().from(exportTable).where(gt(exportTable.revision, seenRevision)).orderBy(asc(exportTable.revision)));
      for (const row of rows) {
        announce(row);
        seenRevision = Math.max(seenRevision, row.revision);
      }
    },
  };
}

function toRun({ row: _row, leaseOwner: _owner, leaseUntil: _until, fence: _fence, revision: _revision, ...run }: Row): ExportRun {
  return run;
}
