import { eq, sql } from './drizzle.ts';
import type { Account, AccountStore } from './control-store.ts';
import type { ControlSql } from './control-sql.ts';
import { auditStatements } from './audit-statement.ts';
import { bumpRevision } from './revision.ts';
import { accountTable } from './schema/control-schema.ts';

export interface LoadedAccountStore extends AccountStore {
  /** Reads again which accounts are made. */
  reload(): Promise<void>;
}

export async function createAccountStore(control: ControlSql): Promise<LoadedAccountStore> {
  const { build } = control;
  const made = new Set<number>();
  const store: LoadedAccountStore = {
    exists: (id) => made.has(id),
    async get(id) {
      const [row] = await control.read(build.select().from(accountTable).where(eq(accountTable.id, id)));
      return row ?? null;
    },
    async put(id, name, nowMs, audit) {
      const [, [row]] = await control.write([
        bumpRevision(control, 'accounts'),
        build
          .insert(accountTable)
          .values({ id, name, version: 1, createdAt: nowMs, updatedAt: nowMs })
          .onConflictDoUpdate({ target: accountTable.id, set: { name, version: sql`${accountTable.version} + 1`, updatedAt: nowMs } })
          .returning(),
        ...auditStatements(control, audit),
      ]);
      const account: Account = row!;
      made.add(id);
      return { account, created: account.version === 1 };
    },
    // Accounts are never unmade, so adding is enough.
    async reload() {
      for (const { id } of await control.read(build.select({ id: accountTable.id }).from(accountTable))) made.add(id);
    },
  };
  await store.reload();
  return store;
}
