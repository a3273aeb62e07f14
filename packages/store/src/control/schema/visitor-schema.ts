// Visitors of pixels who became known, and as whom.

import { index, integer, primaryKey, sqliteTable, text } from '../drizzle.ts';
import { exactText } from './exact-text.ts';

export const visitorTable = sqliteTable(
  'visitor',
  {
    accountId: integer('account_id').notNull(),
    databaseId: integer('database_id').notNull(),
    /** The id in the cookie. */
    visitor: text('visitor').notNull(),
    profileId: exactText('profile_id'),
    xxh: text('xxh'),
    md5: text('md5'),
    /** Unix ms, at most a day old. */
    seenAt: integer('seen_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.databaseId, table.visitor] }),
    index('visitor_by_seen').on(table.seenAt),
    index('visitor_by_profile').on(table.accountId, table.databaseId, table.profileId),
  ],
);
