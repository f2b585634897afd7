-- Lives of this database: a new one begins when a backup is restored, so that whoever read from the life before
-- starts anew instead of missing what the backup did not hold (C04, C17).
CREATE TABLE generations (
    number BIGINT PRIMARY KEY,
    id TEXT NOT NULL,
    since BIGINT NOT NULL
);
