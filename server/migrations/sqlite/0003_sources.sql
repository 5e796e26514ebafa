CREATE TABLE `figures` (
	`ramp` text NOT NULL,
	`guard` text NOT NULL,
	`start` integer NOT NULL,
	`part` integer NOT NULL,
	`end` integer NOT NULL,
	`strata` text NOT NULL,
	`value` real,
	PRIMARY KEY(`ramp`, `guard`, `start`, `part`),
	FOREIGN KEY (`ramp`) REFERENCES `ramps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `metric_definitions` (
	`project` text NOT NULL,
	`metric` text NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`project`, `metric`),
	FOREIGN KEY (`project`) REFERENCES `projects`(`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `metric_sources` (
	`project` text NOT NULL,
	`key` text NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	`secret` text,
	PRIMARY KEY(`project`, `key`),
	FOREIGN KEY (`project`) REFERENCES `projects`(`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `source_states` (
	`ramp` text NOT NULL,
	`guard` text NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`ramp`, `guard`),
	FOREIGN KEY (`ramp`) REFERENCES `ramps`(`id`) ON UPDATE no action ON DELETE no action
);
