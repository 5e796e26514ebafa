-- By hand: flags have a member more. Whoever was told their rules still is.
UPDATE `flags` SET `body` = json_set(`body`, '$.remoteOnly', json('false')) WHERE json_type(`body`, '$.remoteOnly') IS NULL;
