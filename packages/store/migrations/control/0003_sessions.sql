CREATE TABLE `session` (
	`sha256` text PRIMARY KEY NOT NULL,
	`account_id` integer NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `session_by_user` ON `session` (`account_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `session_by_expiry` ON `session` (`expires_at`);