ALTER TABLE `account` ADD `retention_days` integer;--> statement-breakpoint
ALTER TABLE `account` ADD `retention_bytes` integer;