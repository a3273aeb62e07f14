// Who is signed in at the console.

import { index, integer, sqliteTable, text } from '../drizzle.ts';

export const sessionTable = sqliteTable(
  'session',
  {
    /** Of the cookie's value, which is kept nowhere. */
    sha256: text('sha256').primaryKey(),
    accountId: integer('account_id').notNull(),
    userId: text('user_id').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [index('session_by_user').on(table.accountId, table.userId), index('session_by_expiry').on(table.expiresAt)],
);
