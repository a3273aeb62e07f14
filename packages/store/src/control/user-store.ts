import { and, asc, eq, gt, sql } from './drizzle.ts';
import type { User, UserPatch, UserStore } from './control-store.ts';
import type { ControlSql } from './control-sql.ts';
import { auditStatements } from './audit-statement.ts';
import { afterKey, toPage } from './page.ts';
import { bumpRevision } from './revision.ts';
import { tokenTable } from './schema/control-schema.ts';
import { userTable } from './schema/user-schema.ts';

/** `onRightsChanged` is awaited before a change of what users may is reported as done: tokens are cut to what their users may. */
export function createUserStore(control: ControlSql, onRightsChanged: () => Promise<void>): UserStore {
  const { build } = control;
  const own = (accountId: number, id: string) => and(eq(userTable.accountId, accountId), eq(userTable.id, id));
  const ofLogin = (accountId: number, login: string) => and(eq(userTable.accountId, accountId), eq(userTable.login, login));

  return {
    async create(user, nowMs, audit) {
      const [rows] = await control.write([
        build
          .insert(userTable)
          .values({ ...user, passwordSetAt: user.passwordHash === null ? null : nowMs, version: 1, createdAt: nowMs, updatedAt: nowMs })
          .onConflictDoNothing({ target: [userTable.accountId, userTable.login] })
          .returning(),
        ...auditStatements(control, audit),
      ]);
      const [row] = rows;
      return row === undefined ? 'login_taken' : toUser(row);
    },
    async get(accountId, id) {
      const [row] = await control.read(build.select().from(userTable).where(own(accountId, id)));
      return row === undefined ? null : toUser(row);
    },
    async byLogin(accountId, login) {
      const [row] = await control.read(build.select().from(userTable).where(ofLogin(accountId, login)));
      return row === undefined ? null : toUser(row);
    },
    async list(accountId, page) {
      const rows = await control.read(
        build
          .select()
          .from(userTable)
          .where(and(eq(userTable.accountId, accountId), gt(userTable.row, afterKey(page))))
          .orderBy(asc(userTable.row))
          .limit(page.limit + 1),
      );
      return toPage(rows, page, ({ row }) => row, toUser);
    },
    async update(accountId, id, patch, { nowMs, expectedVersion, audit }) {
      const { login } = patch;
      const free = login === undefined ? undefined : sql`not exists (select 1 from user other where other.account_id = ${accountId} and other.login = ${login} and other.id <> ${id})`;
      const [, [updated], ...rest] = await control.write([
        bumpRevision(control, 'tokens'),
        build
          .update(userTable)
          .set({ ...storedPatch(patch, nowMs), version: sql`${userTable.version} + 1`, updatedAt: nowMs })
          .where(and(own(accountId, id), expectedVersion === undefined ? undefined : eq(userTable.version, expectedVersion), free))
          .returning(),
        ...auditStatements(control, audit),
        build.select({ version: userTable.version }).from(userTable).where(own(accountId, id)),
      ]);
      if (updated !== undefined) {
        await onRightsChanged();
        return toUser(updated);
      }
      const [present] = rest.at(-1) as readonly { readonly version: number }[];
      if (present === undefined) return 'not_found';
      return expectedVersion !== undefined && present.version !== expectedVersion ? 'version_conflict' : 'login_taken';
    },
    async delete(accountId, id, audit) {
      const [, , deleted] = await control.write([
        bumpRevision(control, 'tokens'),
        build.delete(tokenTable).where(and(eq(tokenTable.accountId, accountId), eq(tokenTable.userId, id))),
        build.delete(userTable).where(own(accountId, id)).returning({ id: userTable.id }),
        ...auditStatements(control, audit),
      ]);
      await onRightsChanged();
      return deleted.length > 0;
    },
  };
}

function storedPatch(patch: UserPatch, nowMs: number): UserPatch & { readonly passwordSetAt?: number } {
  return patch.passwordHash === undefined ? patch : { ...patch, passwordSetAt: nowMs };
}

export function toUser({ row: _row, ...user }: typeof userTable.$inferSelect): User {
  return user;
}
