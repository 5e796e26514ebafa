CREATE TABLE `ramp_unit_runs` (
	`set_id` integer NOT NULL,
	`run` integer NOT NULL,
	`units` blob NOT NULL,
	PRIMARY KEY(`set_id`, `run`),
	FOREIGN KEY (`set_id`) REFERENCES `unit_sets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
-- By hand: 4,096 units of a set in one row, eight bytes for each.
INSERT INTO `ramp_unit_runs` (`set_id`, `run`, `units`)
	SELECT `set_id`, `run`, unhex(group_concat(`unit`, ''))
	FROM (SELECT `set_id`, `unit`, (row_number() OVER (PARTITION BY `set_id` ORDER BY `unit`) - 1) / 4096 AS `run` FROM `ramp_units`)
	GROUP BY `set_id`, `run`;--> statement-breakpoint
DROP TABLE `ramp_units`;