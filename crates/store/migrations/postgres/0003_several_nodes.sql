-- Several nodes on one database: what each is called, what each has rung, and who does what only one may do.

ALTER TABLE nodes ADD COLUMN name TEXT NOT NULL DEFAULT '';
-- Whether its bells ring in its own process only.
ALTER TABLE nodes ADD COLUMN is_alone BOOLEAN NOT NULL DEFAULT TRUE;

-- What each node has rung lately, numbered per node: for those who missed the quick way (C09).
CREATE TABLE bells (
    node_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    names TEXT NOT NULL,
    PRIMARY KEY (node_id, number)
);

-- Who does a job that one node does for all. The number rises with each new holder: a late one is refused by it (C12).
CREATE TABLE leases (
    job TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    node_id TEXT NOT NULL,
    held_until BIGINT NOT NULL
);
