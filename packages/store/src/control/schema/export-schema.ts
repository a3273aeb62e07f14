// Historical exports.

import type { HookSelection } from '@hookline/core';
import { index, integer, sql, sqliteTable, text, uniqueIndex } from '../drizzle.ts';
import type { ExportNumbers, ExportPause, ExportRun, ExportShard, ExportStatus } from '../export-run.ts';

export const exportTable = sqliteTable(
  'export',
  {
    row: integer('row').primaryKey({ autoIncrement: true }),
    id: text('id').notNull().unique(),
    accountId: integer('account_id').notNull(),
    hookId: text('hook_id').notNull(),
    from: text('from').notNull(),
    to: text('to').notNull(),
    status: text('status').$type<ExportStatus>().notNull(),
    pausedBy: text('paused_by').$type<ExportPause>(),
    selection: text('selection', { mode: 'json' }).$type<HookSelection>().notNull(),
    skippedEventTypes: text('skipped_event_types', { mode: 'json' }).$type<readonly string[]>().notNull(),
    shards: text('shards', { mode: 'json' }).$type<readonly ExportShard[]>().notNull(),
    maxEventsPerSec: integer('max_events_per_sec'),
    error: text('error', { mode: 'json' }).$type<NonNullable<ExportRun['error']>>(),
    total: integer('total'),
    removed: integer('removed').notNull(),
    finishedAt: integer('finished_at'),
    final: text('final', { mode: 'json' }).$type<ExportNumbers>(),
    /** Who runs it, until when by the database's clock (unix ms), and how many leases there were. */
    leaseOwner: text('lease_owner'),
    leaseUntil: integer('lease_until'),
    fence: integer('fence').notNull().default(0),
    /** Value of `revision.exports` after the write that made this row what it is. */
    revision: integer('revision').notNull(),
    version: integer('version').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    index('export_by_account').on(table.accountId, table.hookId),
    index('export_by_revision').on(table.revision),
    uniqueIndex('export_unfinished_of_hook').on(table.hookId).where(sql`status in ('in_progress', 'paused')`),
  ],
);
