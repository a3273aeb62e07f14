CREATE TABLE `export` (
	`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`account_id` integer NOT NULL,
	`hook_id` text NOT NULL,
	`from` text NOT NULL,
	`to` text NOT NULL,
	`status` text NOT NULL,
	`paused_by` text,
	`selection` text NOT NULL,
	`skipped_event_types` text NOT NULL,
	`shards` text NOT NULL,
	`max_events_per_sec` integer,
	`error` text,
	`total` integer,
	`removed` integer NOT NULL,
	`finished_at` integer,
	`lease_owner` text,
	`lease_until` integer,
	`fence` integer DEFAULT 0 NOT NULL,
	`revision` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `export_id_unique` ON `export` (`id`);--> statement-breakpoint
CREATE INDEX `export_by_account` ON `export` (`account_id`,`hook_id`);--> statement-breakpoint
CREATE INDEX `export_by_revision` ON `export` (`revision`);--> statement-breakpoint
CREATE UNIQUE INDEX `export_unfinished_of_hook` ON `export` (`hook_id`) WHERE status in ('in_progress', 'paused');--> statement-breakpoint
ALTER TABLE `revision` ADD `exports` integer DEFAULT 0 NOT NULL;