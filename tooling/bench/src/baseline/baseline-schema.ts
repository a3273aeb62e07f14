import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const events = sqliteTable('events', {
  id: integer('id').primaryKey(),
  eventType: text('event_type').notNull(),
  body: text('body', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
});

export const deliveries = sqliteTable(
  'deliveries',
  {
    id: integer('id').primaryKey(),
    eventId: integer('event_id').notNull().references(() => events.id),
    hookId: integer('hook_id').notNull(),
    state: text('state', { enum: ['pending', 'delivered'] }).notNull(),
    attempts: integer('attempts').notNull(),
    nextAt: integer('next_at').notNull(),
  },
  (table) => [index('due').on(table.hookId, table.state, table.nextAt)],
);

export const CREATE_TABLES = [
  'CREATE TABLE events (id INTEGER PRIMARY KEY, event_type TEXT NOT NULL, body TEXT NOT NULL)',
  'CREATE TABLE deliveries (id INTEGER PRIMARY KEY, event_id INTEGER NOT NULL REFERENCES events(id), hook_id INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER NOT NULL)',
  'CREATE INDEX due ON deliveries (hook_id, state, next_at)',
];
