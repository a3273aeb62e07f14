// Made by `pnpm migration` from the SQL in migrations/control. Edit the schema instead.

import type { Migration } from '../migrate.ts';

export const CONTROL_MIGRATIONS: readonly Migration[] = [
  {
    tag: '0000_initial',
    statements: [
      'CREATE TABLE `account` (\n\t`id` integer PRIMARY KEY NOT NULL,\n\t`name` text NOT NULL,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);',
      'CREATE TABLE `catalog_entry` (\n\t`account_id` integer NOT NULL,\n\t`kind` text NOT NULL,\n\t`id` integer NOT NULL,\n\t`name` text NOT NULL,\n\t`subid` text,\n\t`subject` text,\n\t`database_id` integer,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL,\n\tPRIMARY KEY(`account_id`, `kind`, `id`)\n);',
      'CREATE TABLE `content_bucket` (\n\t`bucket` integer PRIMARY KEY NOT NULL,\n\t`bytes` integer NOT NULL\n);',
      'CREATE TABLE `event_type` (\n\t`account_id` integer NOT NULL,\n\t`event_type` text NOT NULL,\n\t`family` text NOT NULL,\n\t`label` text NOT NULL,\n\t`description` text NOT NULL,\n\t`subjects` text NOT NULL,\n\t`exportable` integer NOT NULL,\n\t`sample` text NOT NULL,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL,\n\tPRIMARY KEY(`account_id`, `event_type`)\n);',
      'CREATE TABLE `hook` (\n\t`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`id` text NOT NULL,\n\t`account_id` integer NOT NULL,\n\t`name` text NOT NULL,\n\t`active` integer NOT NULL,\n\t`stopped_reason` text,\n\t`selection` text NOT NULL,\n\t`request` text NOT NULL,\n\t`change` integer NOT NULL,\n\t`pending` text NOT NULL,\n\t`deleted_at` integer,\n\t`revision` integer NOT NULL,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);',
      'CREATE UNIQUE INDEX `hook_id_unique` ON `hook` (`id`);',
      'CREATE INDEX `hook_by_account` ON `hook` (`account_id`);',
      'CREATE INDEX `hook_by_revision` ON `hook` (`revision`);',
      'CREATE TABLE `pixel` (\n\t`account_id` integer NOT NULL,\n\t`id` integer NOT NULL,\n\t`sid` text NOT NULL,\n\t`name` text NOT NULL,\n\t`database_id` integer NOT NULL,\n\t`domain` text,\n\t`active` integer NOT NULL,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL,\n\tPRIMARY KEY(`account_id`, `id`)\n);',
      'CREATE UNIQUE INDEX `pixel_sid_unique` ON `pixel` (`sid`);',
      'CREATE TABLE `profile` (\n\t`account_id` integer NOT NULL,\n\t`database_id` integer NOT NULL,\n\t`profile_id` text NOT NULL,\n\t`fields` text,\n\t`deleted_revision` integer,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL,\n\tPRIMARY KEY(`account_id`, `database_id`, `profile_id`)\n);',
      'CREATE INDEX `profile_tombstone` ON `profile` (`deleted_revision`) WHERE deleted_revision is not null;',
      'CREATE TABLE `revision` (\n\t`id` integer PRIMARY KEY NOT NULL,\n\t`accounts` integer DEFAULT 0 NOT NULL,\n\t`tokens` integer DEFAULT 0 NOT NULL,\n\t`hooks` integer DEFAULT 0 NOT NULL,\n\t`catalog` integer DEFAULT 0 NOT NULL,\n\t`profiles` integer DEFAULT 0 NOT NULL,\n\t`event_types` integer DEFAULT 0 NOT NULL,\n\t`pixels` integer DEFAULT 0 NOT NULL,\n\t`keys` integer DEFAULT 0 NOT NULL,\n\t`checked_at` integer DEFAULT 0 NOT NULL\n);',
      'CREATE TABLE `sealed_key` (\n\t`account_id` integer NOT NULL,\n\t`name` text NOT NULL,\n\t`number` integer NOT NULL,\n\t`sealed` text NOT NULL,\n\t`created_at` integer NOT NULL,\n\tPRIMARY KEY(`account_id`, `name`, `number`)\n);',
      'CREATE TABLE `seeded_token` (\n\t`sha256` text PRIMARY KEY NOT NULL,\n\t`seeded_at` integer NOT NULL\n);',
      'CREATE TABLE `token` (\n\t`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`id` text NOT NULL,\n\t`account_id` integer,\n\t`sha256` text NOT NULL,\n\t`name` text NOT NULL,\n\t`scopes` text NOT NULL,\n\t`master` integer NOT NULL,\n\t`expires_at` integer,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);',
      'CREATE UNIQUE INDEX `token_id_unique` ON `token` (`id`);',
      'CREATE UNIQUE INDEX `token_sha256_unique` ON `token` (`sha256`);',
      'CREATE INDEX `token_by_account` ON `token` (`account_id`);',
      'INSERT INTO `revision` (`id`) VALUES (1);',
    ],
  },
  {
    tag: '0001_users_audit_profile_keys',
    statements: [
      'CREATE TABLE `profile_field` (\n\t`account_id` integer NOT NULL,\n\t`database_id` integer NOT NULL,\n\t`name` text NOT NULL,\n\t`kinds` integer NOT NULL,\n\tPRIMARY KEY(`account_id`, `database_id`, `name`)\n) WITHOUT ROWID;',
      'CREATE TABLE `profile_key` (\n\t`account_id` integer NOT NULL,\n\t`database_id` integer NOT NULL,\n\t`key` text NOT NULL,\n\t`profile_id` text NOT NULL,\n\tPRIMARY KEY(`account_id`, `database_id`, `key`, `profile_id`)\n) WITHOUT ROWID;',
      'CREATE TABLE `audit` (\n\t`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`at` integer NOT NULL,\n\t`account_id` integer NOT NULL,\n\t`token_id` text,\n\t`user_id` text,\n\t`action` text NOT NULL,\n\t`object_kind` text NOT NULL,\n\t`object_id` text NOT NULL,\n\t`before` text,\n\t`after` text\n);',
      'CREATE INDEX `audit_by_account` ON `audit` (`account_id`);',
      'CREATE INDEX `audit_by_time` ON `audit` (`at`);',
      'CREATE TABLE `user` (\n\t`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`id` text NOT NULL,\n\t`account_id` integer NOT NULL,\n\t`login` text NOT NULL,\n\t`name` text NOT NULL,\n\t`master` integer NOT NULL,\n\t`scopes` text NOT NULL,\n\t`password_hash` text,\n\t`password_set_at` integer,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);',
      'CREATE UNIQUE INDEX `user_id_unique` ON `user` (`id`);',
      'CREATE UNIQUE INDEX `user_by_login` ON `user` (`account_id`,`login`);',
      'ALTER TABLE `profile` ADD `keys` text;',
      'ALTER TABLE `token` ADD `user_id` text;',
    ],
  },
  {
    tag: '0002_exports',
    statements: [
      'CREATE TABLE `export` (\n\t`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`id` text NOT NULL,\n\t`account_id` integer NOT NULL,\n\t`hook_id` text NOT NULL,\n\t`from` text NOT NULL,\n\t`to` text NOT NULL,\n\t`status` text NOT NULL,\n\t`paused_by` text,\n\t`selection` text NOT NULL,\n\t`skipped_event_types` text NOT NULL,\n\t`shards` text NOT NULL,\n\t`max_events_per_sec` integer,\n\t`error` text,\n\t`total` integer,\n\t`removed` integer NOT NULL,\n\t`finished_at` integer,\n\t`lease_owner` text,\n\t`lease_until` integer,\n\t`fence` integer DEFAULT 0 NOT NULL,\n\t`revision` integer NOT NULL,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);',
      'CREATE UNIQUE INDEX `export_id_unique` ON `export` (`id`);',
      'CREATE INDEX `export_by_account` ON `export` (`account_id`,`hook_id`);',
      'CREATE INDEX `export_by_revision` ON `export` (`revision`);',
      "CREATE UNIQUE INDEX `export_unfinished_of_hook` ON `export` (`hook_id`) WHERE status in ('in_progress', 'paused');",
      'ALTER TABLE `revision` ADD `exports` integer DEFAULT 0 NOT NULL;',
    ],
  },
  {
    tag: '0003_sessions',
    statements: [
      'CREATE TABLE `session` (\n\t`sha256` text PRIMARY KEY NOT NULL,\n\t`account_id` integer NOT NULL,\n\t`user_id` text NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`expires_at` integer NOT NULL\n);',
      'CREATE INDEX `session_by_user` ON `session` (`account_id`,`user_id`);',
      'CREATE INDEX `session_by_expiry` ON `session` (`expires_at`);',
    ],
  },
  {
    tag: '0004_visitors',
    statements: [
      'CREATE TABLE `visitor` (\n\t`account_id` integer NOT NULL,\n\t`database_id` integer NOT NULL,\n\t`visitor` text NOT NULL,\n\t`profile_id` text,\n\t`xxh` text,\n\t`md5` text,\n\t`seen_at` integer NOT NULL,\n\tPRIMARY KEY(`account_id`, `database_id`, `visitor`)\n);',
      'CREATE INDEX `visitor_by_seen` ON `visitor` (`seen_at`);',
      'CREATE INDEX `visitor_by_profile` ON `visitor` (`account_id`,`database_id`,`profile_id`);',
    ],
  },
  {
    tag: '0005_account_retention',
    statements: [
      'ALTER TABLE `account` ADD `retention_days` integer;',
      'ALTER TABLE `account` ADD `retention_bytes` integer;',
    ],
  },
  {
    tag: '0006_export_final',
    statements: [
      'ALTER TABLE `export` ADD `final` text;',
    ],
  },
];
