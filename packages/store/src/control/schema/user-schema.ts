// People of an account, and who changed what.

import { index, integer, sqliteTable, text, uniqueIndex } from '../drizzle.ts';
import { exactText } from './exact-text.ts';

export const userTable = sqliteTable(
  'user',
  {
    row: integer('row').primaryKey({ autoIncrement: true }),
    id: text('id').notNull().unique(),
    accountId: integer('account_id').notNull(),
    /** As it is compared: lower case, NFC. */
    login: exactText('login').notNull(),
    name: exactText('name').notNull(),
    master: integer('master', { mode: 'boolean' }).notNull(),
    scopes: text('scopes', { mode: 'json' }).$type<readonly string[]>().notNull(),
    /** With its algorithm and salt; null = cannot sign in with one. */
    passwordHash: text('password_hash'),
    /** When it was set, or removed: whoever signed in before this has to do it again. */
    passwordSetAt: integer('password_set_at'),
    version: integer('version').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [uniqueIndex('user_by_login').on(table.accountId, table.login)],
);

/** One change of one object. `before` and `after` are JSON as the API shows the object, secrets masked. */
export const auditTable = sqliteTable(
  'audit',
  {
    row: integer('row').primaryKey({ autoIncrement: true }),
    at: integer('at').notNull(),
    accountId: integer('account_id').notNull(),
    /** Both null = the product itself, e.g. after a 410. */
    tokenId: text('token_id'),
    userId: text('user_id'),
    action: text('action').notNull(),
    objectKind: text('object_kind').notNull(),
    objectId: text('object_id').notNull(),
    before: exactText('before'),
    after: exactText('after'),
  },
  (table) => [index('audit_by_account').on(table.accountId), index('audit_by_time').on(table.at)],
);
