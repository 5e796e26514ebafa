CREATE TABLE `ramp_windows` (
	`ramp` text NOT NULL,
	`metric` text NOT NULL,
	`unit` text NOT NULL,
	`arm` text NOT NULL,
	`seq` integer NOT NULL,
	`closes_at` integer NOT NULL,
	`amount` real NOT NULL,
	PRIMARY KEY(`ramp`, `metric`, `unit`),
	FOREIGN KEY (`ramp`) REFERENCES `ramps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `ramp_windows_due` ON `ramp_windows` (`ramp`,`metric`,`closes_at`);--> statement-breakpoint
ALTER TABLE `ramps` ADD `watched_until` integer;--> statement-breakpoint
CREATE INDEX `ramps_watched` ON `ramps` (`watched_until`);--> statement-breakpoint
UPDATE `ramps` SET `body` = json_set(`body`, '$.frozen', json('[]'), '$.halved', json('[]'), '$.pace', null, '$.watchedUntil', null) WHERE json_extract(`body`, '$.frozen') IS NULL;
