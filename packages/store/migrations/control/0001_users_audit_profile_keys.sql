CREATE TABLE `profile_field` (
	`account_id` integer NOT NULL,
	`database_id` integer NOT NULL,
	`name` text NOT NULL,
	`kinds` integer NOT NULL,
	PRIMARY KEY(`account_id`, `database_id`, `name`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `profile_key` (
	`account_id` integer NOT NULL,
	`database_id` integer NOT NULL,
	`key` text NOT NULL,
	`profile_id` text NOT NULL,
	PRIMARY KEY(`account_id`, `database_id`, `key`, `profile_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `audit` (
	`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`account_id` integer NOT NULL,
	`token_id` text,
	`user_id` text,
	`action` text NOT NULL,
	`object_kind` text NOT NULL,
	`object_id` text NOT NULL,
	`before` text,
	`after` text
);
--> statement-breakpoint
CREATE INDEX `audit_by_account` ON `audit` (`account_id`);--> statement-breakpoint
CREATE INDEX `audit_by_time` ON `audit` (`at`);--> statement-breakpoint
CREATE TABLE `user` (
	`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`account_id` integer NOT NULL,
	`login` text NOT NULL,
	`name` text NOT NULL,
	`master` integer NOT NULL,
	`scopes` text NOT NULL,
	`password_hash` text,
	`password_set_at` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_id_unique` ON `user` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `user_by_login` ON `user` (`account_id`,`login`);--> statement-breakpoint
ALTER TABLE `profile` ADD `keys` text;--> statement-breakpoint
ALTER TABLE `token` ADD `user_id` text;