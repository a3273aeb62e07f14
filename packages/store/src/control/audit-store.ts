import { and, desc, eq, lt, lte, sql } from './drizzle.ts';
import type { AuditEntry, AuditStore } from './control-store.ts';
import type { ControlSql } from './control-sql.ts';
import { insertAudit } from './audit-statement.ts';
import { toPage } from './page.ts';
import { auditTable } from './schema/user-schema.ts';

/** As long as the platform's own journal keeps its entries (contract.md 9.1). */
const RETENTION_MS = 90 * 24 * 3_600_000;
/** Entries that one clean-up removes, so that it holds up nobody. */
const CLEAN_UP_ENTRIES_MAX = 1_000;

export function createAuditStore(control: ControlSql): AuditStore {
  const { build } = control;
  return {
    async record(entry) {
      await control.write([insertAudit(control, entry)]);
    },
    async list(accountId, page, filter = {}) {
      const after = Number(page.after ?? Number.MAX_SAFE_INTEGER);
      const rows = await control.read(
        build
          .select()
          .from(auditTable)
          .where(
            and(
              eq(auditTable.accountId, accountId),
              lt(auditTable.row, Number.isSafeInteger(after) ? after : 0),
              filter.objectKind === undefined ? undefined : eq(auditTable.objectKind, filter.objectKind),
              filter.objectId === undefined ? undefined : eq(auditTable.objectId, filter.objectId),
            ),
          )
          .orderBy(desc(auditTable.row))
          .limit(page.limit + 1),
      );
      return toPage(rows, page, ({ row }) => row, toEntry);
    },
    async cleanUp(nowMs) {
      const old = build.select({ row: auditTable.row }).from(auditTable).where(lte(auditTable.at, nowMs - RETENTION_MS)).orderBy(auditTable.at).limit(CLEAN_UP_ENTRIES_MAX);
      const [removed] = await control.write([build.delete(auditTable).where(sql`${auditTable.row} in ${old}`).returning({ row: auditTable.row })]);
      return removed.length === CLEAN_UP_ENTRIES_MAX;
    },
  };
}

function toEntry({ before, after, ...row }: typeof auditTable.$inferSelect): AuditEntry {
  return { ...row, before: before === null ? null : JSON.parse(before), after: after === null ? null : JSON.parse(after) };
}
