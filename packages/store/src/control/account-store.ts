import { eq, sql } from './drizzle.ts';
import type { Account, AccountRetention, AccountStore } from './control-store.ts';
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
  const made = new Map<number, AccountRetention>();
  const take = ({ id, retentionDays, retentionBytes }: AccountRetention & { readonly id: number }): unknown => made.set(id, { retentionDays, retentionBytes });
  const store: LoadedAccountStore = {
    exists: (id) => made.has(id),
    async get(id) {
      const [row] = await control.read(build.select().from(accountTable).where(eq(accountTable.id, id)));
      return row ?? null;
    },
    retentions: () => new Map([...made].filter(([, { retentionDays, retentionBytes }]) => retentionDays !== null || retentionBytes !== null)),
    async put(id, name, nowMs, audit, retention = {}) {
      const [, [row]] = await control.write([
        bumpRevision(control, 'accounts'),
        build
          .insert(accountTable)
          .values({ id, name, ...retention, version: 1, createdAt: nowMs, updatedAt: nowMs })
          .onConflictDoUpdate({ target: accountTable.id, set: { name, ...retention, version: sql`${accountTable.version} + 1`, updatedAt: nowMs } })
          .returning(),
        ...auditStatements(control, audit),
      ]);
      const account: Account = row!;
      take(account);
      return { account, created: account.version === 1 };
    },
    // Accounts are never unmade, so adding is enough.
    async reload() {
      for (const account of await control.read(build.select().from(accountTable))) take(account);
    },
  };
  await store.reload();
  return store;
}
