CREATE TABLE `account` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `catalog_entry` (
	`account_id` integer NOT NULL,
	`kind` text NOT NULL,
	`id` integer NOT NULL,
	`name` text NOT NULL,
	`subid` text,
	`subject` text,
	`database_id` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `kind`, `id`)
);
--> statement-breakpoint
CREATE TABLE `content_bucket` (
	`bucket` integer PRIMARY KEY NOT NULL,
	`bytes` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `event_type` (
	`account_id` integer NOT NULL,
	`event_type` text NOT NULL,
	`family` text NOT NULL,
	`label` text NOT NULL,
	`description` text NOT NULL,
	`subjects` text NOT NULL,
	`exportable` integer NOT NULL,
	`sample` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `event_type`)
);
--> statement-breakpoint
CREATE TABLE `hook` (
	`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`account_id` integer NOT NULL,
	`name` text NOT NULL,
	`active` integer NOT NULL,
	`stopped_reason` text,
	`selection` text NOT NULL,
	`request` text NOT NULL,
	`change` integer NOT NULL,
	`pending` text NOT NULL,
	`deleted_at` integer,
	`revision` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `hook_id_unique` ON `hook` (`id`);--> statement-breakpoint
CREATE INDEX `hook_by_account` ON `hook` (`account_id`);--> statement-breakpoint
CREATE INDEX `hook_by_revision` ON `hook` (`revision`);--> statement-breakpoint
CREATE TABLE `pixel` (
	`account_id` integer NOT NULL,
	`id` integer NOT NULL,
	`sid` text NOT NULL,
	`name` text NOT NULL,
	`database_id` integer NOT NULL,
	`domain` text,
	`active` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pixel_sid_unique` ON `pixel` (`sid`);--> statement-breakpoint
CREATE TABLE `profile` (
	`account_id` integer NOT NULL,
	`database_id` integer NOT NULL,
	`profile_id` text NOT NULL,
	`fields` text,
	`deleted_revision` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `database_id`, `profile_id`)
);
--> statement-breakpoint
CREATE INDEX `profile_tombstone` ON `profile` (`deleted_revision`) WHERE deleted_revision is not null;--> statement-breakpoint
CREATE TABLE `revision` (
	`id` integer PRIMARY KEY NOT NULL,
	`accounts` integer DEFAULT 0 NOT NULL,
	`tokens` integer DEFAULT 0 NOT NULL,
	`hooks` integer DEFAULT 0 NOT NULL,
	`catalog` integer DEFAULT 0 NOT NULL,
	`profiles` integer DEFAULT 0 NOT NULL,
	`event_types` integer DEFAULT 0 NOT NULL,
	`pixels` integer DEFAULT 0 NOT NULL,
	`keys` integer DEFAULT 0 NOT NULL,
	`checked_at` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sealed_key` (
	`account_id` integer NOT NULL,
	`name` text NOT NULL,
	`number` integer NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `name`, `number`)
);
--> statement-breakpoint
CREATE TABLE `seeded_token` (
	`sha256` text PRIMARY KEY NOT NULL,
	`seeded_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `token` (
	`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`account_id` integer,
	`sha256` text NOT NULL,
	`name` text NOT NULL,
	`scopes` text NOT NULL,
	`master` integer NOT NULL,
	`expires_at` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `token_id_unique` ON `token` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `token_sha256_unique` ON `token` (`sha256`);--> statement-breakpoint
CREATE INDEX `token_by_account` ON `token` (`account_id`);--> statement-breakpoint
INSERT INTO `revision` (`id`) VALUES (1);
