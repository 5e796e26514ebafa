CREATE TABLE `layers` (
	`project` text NOT NULL,
	`key` text NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`project`, `key`),
	FOREIGN KEY (`project`) REFERENCES `projects`(`key`) ON UPDATE no action ON DELETE no action
);
