// The tables of the control data. `row` keys give lists their order (order of making) and their page keys. Every write also moves the counter of its kind in
// `revision`, which is all that another process has to poll.

import { index, integer, primaryKey, sql, sqliteTable, text } from '../drizzle.ts';
import type { HookRequest, HookSelection, Subject } from '@hookline/core';
import type { CatalogKind, PendingChange } from '../control-store.ts';
import { exactText } from './exact-text.ts';

const stamps = {
  version: integer('version').notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
};

export const accountTable = sqliteTable('account', {
  id: integer('id').primaryKey(),
  name: exactText('name').notNull(),
  retentionDays: integer('retention_days'),
  retentionBytes: integer('retention_bytes'),
  ...stamps,
});

export const tokenTable = sqliteTable(
  'token',
  {
    row: integer('row').primaryKey({ autoIncrement: true }),
    id: text('id').notNull().unique(),
    accountId: integer('account_id'),
    sha256: text('sha256').notNull().unique(),
    name: exactText('name').notNull(),
    scopes: text('scopes', { mode: 'json' }).$type<readonly string[]>().notNull(),
    master: integer('master', { mode: 'boolean' }).notNull(),
    expiresAt: integer('expires_at'),
    /** The user it belongs to, and with whom it ends; null = nobody's. */
    userId: text('user_id'),
    ...stamps,
  },
  (table) => [index('token_by_account').on(table.accountId)],
);

/** Tokens given by the environment that were stored once; a row outlives its token, so that a revoked one does not come back with the next start. */
export const seededTokenTable = sqliteTable('seeded_token', {
  sha256: text('sha256').primaryKey(),
  seededAt: integer('seeded_at').notNull(),
});

export const hookTable = sqliteTable(
  'hook',
  {
    row: integer('row').primaryKey({ autoIncrement: true }),
    id: text('id').notNull().unique(),
    accountId: integer('account_id').notNull(),
    name: exactText('name').notNull(),
    active: integer('active', { mode: 'boolean' }).notNull(),
    stoppedReason: text('stopped_reason'),
    selection: text('selection', { mode: 'json' }).$type<HookSelection>().notNull(),
    request: text('request', { mode: 'json' }).$type<HookRequest>().notNull(),
    change: integer('change').notNull(),
    pending: text('pending', { mode: 'json' }).$type<readonly PendingChange[]>().notNull(),
    deletedAt: integer('deleted_at'),
    /** Value of `revision.hooks` after the write that made this row what it is. */
    revision: integer('revision').notNull(),
    ...stamps,
  },
  (table) => [index('hook_by_account').on(table.accountId), index('hook_by_revision').on(table.revision)],
);

export const catalogTable = sqliteTable(
  'catalog_entry',
  {
    accountId: integer('account_id').notNull(),
    kind: text('kind').$type<CatalogKind>().notNull(),
    id: integer('id').notNull(),
    name: exactText('name').notNull(),
    subid: exactText('subid'),
    subject: exactText('subject'),
    databaseId: integer('database_id'),
    ...stamps,
  },
  (table) => [primaryKey({ columns: [table.accountId, table.kind, table.id] })],
);

/** `fields` null = deleted: the tombstone by which events render it as null. */
export const profileTable = sqliteTable(
  'profile',
  {
    accountId: integer('account_id').notNull(),
    databaseId: integer('database_id').notNull(),
    profileId: exactText('profile_id').notNull(),
    fields: text('fields'),
    /** Value of `revision.profiles` after the deletion, null while it is not deleted. */
    deletedRevision: integer('deleted_revision'),
    /** What it is found by, as a JSON array: the rows it has in `profile_key`. */
    keys: text('keys'),
    ...stamps,
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.databaseId, table.profileId] }),
    index('profile_tombstone').on(table.deletedRevision).where(sql`deleted_revision is not null`),
  ],
);

export const eventTypeTable = sqliteTable(
  'event_type',
  {
    accountId: integer('account_id').notNull(),
    eventType: text('event_type').notNull(),
    family: exactText('family').notNull(),
    label: exactText('label').notNull(),
    description: exactText('description').notNull(),
    subjects: text('subjects', { mode: 'json' }).$type<readonly Subject[]>().notNull(),
    exportable: integer('exportable', { mode: 'boolean' }).notNull(),
    sample: exactText('sample').notNull(),
    ...stamps,
  },
  (table) => [primaryKey({ columns: [table.accountId, table.eventType] })],
);

export const pixelTable = sqliteTable(
  'pixel',
  {
    accountId: integer('account_id').notNull(),
    id: integer('id').notNull(),
    sid: text('sid').notNull().unique(),
    name: exactText('name').notNull(),
    databaseId: integer('database_id').notNull(),
    domain: exactText('domain'),
    active: integer('active', { mode: 'boolean' }).notNull(),
    ...stamps,
  },
  (table) => [primaryKey({ columns: [table.accountId, table.id] })],
);

/** Keys that the product made, sealed. `account_id` 0 = the product's own; `number` grows with each rotation. */
export const sealedKeyTable = sqliteTable(
  'sealed_key',
  {
    accountId: integer('account_id').notNull(),
    name: text('name').notNull(),
    number: integer('number').notNull(),
    sealed: text('sealed').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.name, table.number] })],
);

/** Message content on a server: its tables are made and dropped by bucket (`content_<bucket>`); this says which there are and what they hold. */
export const contentBucketTable = sqliteTable('content_bucket', {
  bucket: integer('bucket').primaryKey(),
  bytes: integer('bytes').notNull(),
});

/** One row (`id` 1). Each counter grows with every write of its kind. */
export const revisionTable = sqliteTable('revision', {
  id: integer('id').primaryKey(),
  accounts: integer('accounts').notNull().default(0),
  tokens: integer('tokens').notNull().default(0),
  hooks: integer('hooks').notNull().default(0),
  catalog: integer('catalog').notNull().default(0),
  profiles: integer('profiles').notNull().default(0),
  eventTypes: integer('event_types').notNull().default(0),
  pixels: integer('pixels').notNull().default(0),
  keys: integer('keys').notNull().default(0),
  exports: integer('exports').notNull().default(0),
  /** When a health check last wrote here, unix ms. */
  checkedAt: integer('checked_at').notNull().default(0),
});
