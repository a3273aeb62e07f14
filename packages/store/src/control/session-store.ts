import { and, eq, getTableColumns, gt, isNull, lt, lte, or } from './drizzle.ts';
import type { ControlSql } from './control-sql.ts';
import type { Session, SessionStore } from './control-store.ts';
import { sessionTable } from './schema/session-schema.ts';
import { userTable } from './schema/user-schema.ts';
import { toUser } from './user-store.ts';

export function createSessionStore(control: ControlSql): SessionStore {
  const { build } = control;
  return {
    async begin(session, nowMs) {
      await control.write([
        build.delete(sessionTable).where(lt(sessionTable.expiresAt, nowMs)),
        build.insert(sessionTable).values({ ...session, createdAt: nowMs }),
      ]);
    },
    async find(sha256, nowMs) {
      const [row] = await control.read(
        build
          .select({ session: getTableColumns(sessionTable), user: getTableColumns(userTable) })
          .from(sessionTable)
          .innerJoin(userTable, and(eq(userTable.accountId, sessionTable.accountId), eq(userTable.id, sessionTable.userId)))
          // A password that was set or removed later has ended it; in the same millisecond it was the sign-in that came after.
          .where(and(eq(sessionTable.sha256, sha256), gt(sessionTable.expiresAt, nowMs), or(isNull(userTable.passwordSetAt), lte(userTable.passwordSetAt, sessionTable.createdAt)))),
      );
      if (row === undefined) return null;
      const { sha256: _, ...session } = row.session;
      return { session: session satisfies Session, user: toUser(row.user) };
    },
    async end(sha256) {
      await control.write([build.delete(sessionTable).where(eq(sessionTable.sha256, sha256))]);
    },
  };
}
