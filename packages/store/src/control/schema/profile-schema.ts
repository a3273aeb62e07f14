// What stands beside the profiles: by what they are found, and which fields they have. In the migration both tables are WITHOUT ROWID (drizzle cannot say it): a
// row is its key and little else, and an import of a million writes one tree instead of two.

import { integer, primaryKey, sqliteTable, text } from '../drizzle.ts';
import { exactText } from './exact-text.ts';

/** An address of a profile: `e` + email, `E` + email of a subscription, `p` + phone, `P` + phone of a subscription, `S` + push token. */
export const profileKeyTable = sqliteTable(
  'profile_key',
  {
    accountId: integer('account_id').notNull(),
    databaseId: integer('database_id').notNull(),
    key: exactText('key').notNull(),
    profileId: exactText('profile_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.databaseId, table.key, table.profileId] })],
);

/** A field that a profile of the database was seen with; `kinds` are bits (`KIND` in core). */
export const profileFieldTable = sqliteTable(
  'profile_field',
  {
    accountId: integer('account_id').notNull(),
    databaseId: integer('database_id').notNull(),
    name: exactText('name').notNull(),
    kinds: integer('kinds').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.databaseId, table.name] })],
);
