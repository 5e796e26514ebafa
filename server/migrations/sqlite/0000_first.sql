CREATE TABLE `alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`ramp` text NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`body` text NOT NULL,
	FOREIGN KEY (`ramp`) REFERENCES `ramps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `alerts_ramp_seq_kind` ON `alerts` (`ramp`,`seq`,`kind`);--> statement-breakpoint
CREATE TABLE `audit` (
	`scope` text NOT NULL,
	`n` integer NOT NULL,
	`subject_kind` text NOT NULL,
	`subject_key` text NOT NULL,
	`subject_environment` text,
	`body` text NOT NULL,
	PRIMARY KEY(`scope`, `n`)
);
--> statement-breakpoint
CREATE INDEX `audit_subject` ON `audit` (`scope`,`subject_kind`,`subject_key`,`n`);--> statement-breakpoint
CREATE TABLE `batches` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`batch` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`project`, `environment`, `batch`),
	FOREIGN KEY (`project`,`environment`) REFERENCES `environments`(`project`,`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `batches_at` ON `batches` (`at`);--> statement-breakpoint
CREATE TABLE `changes` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`revision` integer NOT NULL,
	`at` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`project`, `environment`, `revision`),
	FOREIGN KEY (`project`,`environment`) REFERENCES `environments`(`project`,`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `configs` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`flag` text NOT NULL,
	`revision` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`project`, `environment`, `flag`),
	FOREIGN KEY (`project`,`environment`) REFERENCES `environments`(`project`,`key`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`project`,`flag`) REFERENCES `flags`(`project`,`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `configs_flag` ON `configs` (`project`,`flag`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`alert` text NOT NULL,
	`webhook` text NOT NULL,
	`due_at` integer,
	`attempt` integer NOT NULL,
	FOREIGN KEY (`alert`) REFERENCES `alerts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`webhook`) REFERENCES `webhooks`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_alert_webhook` ON `deliveries` (`alert`,`webhook`);--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`due_at`);--> statement-breakpoint
CREATE TABLE `environments` (
	`project` text NOT NULL,
	`key` text NOT NULL,
	`revision` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`project`, `key`),
	FOREIGN KEY (`project`) REFERENCES `projects`(`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `flags` (
	`project` text NOT NULL,
	`key` text NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`project`, `key`),
	FOREIGN KEY (`project`) REFERENCES `projects`(`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `metrics` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`name` text NOT NULL,
	`last_seen_at` integer NOT NULL,
	PRIMARY KEY(`project`, `environment`, `name`),
	FOREIGN KEY (`project`,`environment`) REFERENCES `environments`(`project`,`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`last_seen_at` integer,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `plans` (
	`project` text NOT NULL,
	`key` text NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`project`, `key`),
	FOREIGN KEY (`project`) REFERENCES `projects`(`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `projects` (
	`key` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `ramps` (
	`id` text PRIMARY KEY NOT NULL,
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`flag` text NOT NULL,
	`to_variation` text NOT NULL,
	`run` text,
	`active` integer,
	`seed_scope` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`version` integer NOT NULL,
	`lease_owner` text,
	`lease_until` integer,
	`fence` integer NOT NULL,
	`late` integer NOT NULL,
	`body` text NOT NULL,
	FOREIGN KEY (`project`,`environment`,`flag`) REFERENCES `configs`(`project`,`environment`,`flag`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `ramps_active` ON `ramps` (`project`,`environment`,`flag`,`active`);--> statement-breakpoint
CREATE UNIQUE INDEX `ramps_run` ON `ramps` (`project`,`environment`,`flag`,`to_variation`,`run`);--> statement-breakpoint
CREATE INDEX `ramps_of_project` ON `ramps` (`project`,`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `ramps_running` ON `ramps` (`active`,`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `ramps_seed_scope` ON `ramps` (`seed_scope`);--> statement-breakpoint
CREATE TABLE `sdk_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`last_used_at` integer,
	`body` text NOT NULL,
	FOREIGN KEY (`project`,`environment`) REFERENCES `environments`(`project`,`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sdk_keys_hash` ON `sdk_keys` (`hash`);--> statement-breakpoint
CREATE INDEX `sdk_keys_environment` ON `sdk_keys` (`project`,`environment`);--> statement-breakpoint
CREATE TABLE `segments` (
	`project` text NOT NULL,
	`key` text NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`project`, `key`),
	FOREIGN KEY (`project`) REFERENCES `projects`(`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`hash` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `sign_ins` (
	`hash` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `ramp_ticks` (
	`ramp` text NOT NULL,
	`seq` integer NOT NULL,
	`tick` integer NOT NULL,
	`metric` text NOT NULL,
	`treatment` integer NOT NULL,
	`control` integer NOT NULL,
	PRIMARY KEY(`ramp`, `seq`, `tick`, `metric`),
	FOREIGN KEY (`ramp`) REFERENCES `ramps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`person` text,
	`last_used_at` integer,
	`body` text NOT NULL,
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_hash` ON `tokens` (`hash`);--> statement-breakpoint
CREATE TABLE `unit_sets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`scope` text NOT NULL,
	`metric` text NOT NULL,
	`ramp` text NOT NULL,
	FOREIGN KEY (`ramp`) REFERENCES `ramps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `unit_sets_scope_metric` ON `unit_sets` (`scope`,`metric`);--> statement-breakpoint
-- By hand: WITHOUT ROWID. Its only index is the key, and a second copy of millions of hashes would double the file.
CREATE TABLE `ramp_units` (
	`set_id` integer NOT NULL,
	`unit` text NOT NULL,
	PRIMARY KEY(`set_id`, `unit`),
	FOREIGN KEY (`set_id`) REFERENCES `unit_sets`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` text PRIMARY KEY NOT NULL,
	`project` text NOT NULL,
	`last_delivery` text,
	`body` text NOT NULL,
	FOREIGN KEY (`project`) REFERENCES `projects`(`key`) ON UPDATE no action ON DELETE no action
);
