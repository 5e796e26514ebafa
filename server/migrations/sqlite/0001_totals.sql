CREATE TABLE `series` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`variation` text NOT NULL,
	FOREIGN KEY (`project`,`environment`) REFERENCES `environments`(`project`,`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `series_of_environment` ON `series` (`project`,`environment`,`kind`,`name`,`variation`);--> statement-breakpoint
CREATE TABLE `totals` (
	`series` integer NOT NULL,
	`width` integer NOT NULL,
	`start` integer NOT NULL,
	`n` real NOT NULL,
	`sum` real,
	`histogram` text,
	PRIMARY KEY(`series`, `width`, `start`),
	FOREIGN KEY (`series`) REFERENCES `series`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `totals_oldest` ON `totals` (`width`,`start`,`series`);--> statement-breakpoint
CREATE TABLE `unknown_flags` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`flag` text NOT NULL,
	`n` integer NOT NULL,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	PRIMARY KEY(`project`, `environment`, `flag`),
	FOREIGN KEY (`project`,`environment`) REFERENCES `environments`(`project`,`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `unknown_flags_seen` ON `unknown_flags` (`project`,`environment`,`last_seen_at`);