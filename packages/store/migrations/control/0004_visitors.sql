CREATE TABLE `visitor` (
	`account_id` integer NOT NULL,
	`database_id` integer NOT NULL,
	`visitor` text NOT NULL,
	`profile_id` text,
	`xxh` text,
	`md5` text,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `database_id`, `visitor`)
);
--> statement-breakpoint
CREATE INDEX `visitor_by_seen` ON `visitor` (`seen_at`);--> statement-breakpoint
CREATE INDEX `visitor_by_profile` ON `visitor` (`account_id`,`database_id`,`profile_id`);