import { sql } from './drizzle.ts';
import type { EventTypeRow, EventTypeStore } from './control-store.ts';
import type { ControlSql } from './control-sql.ts';
import { auditStatements } from './audit-statement.ts';
import { bumpRevision } from './revision.ts';
import { eventTypeTable } from './schema/control-schema.ts';

type StoredRow = typeof eventTypeTable.$inferSelect;

export interface LoadedEventTypeStore extends EventTypeStore {
  /** Reads all rows again. */
  reload(): Promise<void>;
}

export async function createEventTypeStore(control: ControlSql): Promise<LoadedEventTypeStore> {
  const { build } = control;
  const byAccount = new Map<number, Map<string, StoredRow>>();
  /** What `ofAccount` gives out, made again after a change. */
  const lists = new Map<number, readonly EventTypeRow[]>();

  /** Rows are never removed, and the higher version is the later one whichever answer comes first. */
  function take(row: StoredRow): void {
    const rows = byAccount.get(row.accountId) ?? new Map<string, StoredRow>();
    byAccount.set(row.accountId, rows);
    if ((rows.get(row.eventType)?.version ?? 0) >= row.version) return;
    rows.set(row.eventType, row);
    lists.delete(row.accountId);
  }

  const store: LoadedEventTypeStore = {
    ofAccount(accountId) {
      const known = lists.get(accountId);
      if (known !== undefined) return known;
      const rows = byAccount.get(accountId);
      if (rows === undefined) return [];
      const list = [...rows.values()].sort((left, right) => (left.eventType < right.eventType ? -1 : 1)).map(toRow);
      lists.set(accountId, list);
      return list;
    },
    async put(accountId, row, nowMs, audit) {
      const [, [stored]] = await control.write([
        bumpRevision(control, 'eventTypes'),
        build
          .insert(eventTypeTable)
          .values({ accountId, ...row, version: 1, createdAt: nowMs, updatedAt: nowMs })
          .onConflictDoUpdate({
            target: [eventTypeTable.accountId, eventTypeTable.eventType],
            set: { ...row, version: sql`${eventTypeTable.version} + 1`, updatedAt: nowMs },
          })
          .returning(),
        ...auditStatements(control, audit),
      ]);
      take(stored!);
      return { row: toRow(stored!), created: stored!.version === 1 };
    },
    async reload() {
      for (const row of await control.read(build.select().from(eventTypeTable))) take(row);
    },
  };
  await store.reload();
  return store;
}

function toRow({ accountId: _accountId, version: _version, createdAt: _createdAt, updatedAt: _updatedAt, ...row }: StoredRow): EventTypeRow {
  return row;
}
