-- How sessions may be rated, bound per channel (ADM-12), and the rating of each session (RATE-02).
CREATE TABLE rating_configs (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    config TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX rating_configs_name ON rating_configs (tenant_id, name);

ALTER TABLE channels ADD COLUMN rating_config_id TEXT REFERENCES rating_configs (id);
CREATE INDEX channels_rating_config ON channels (rating_config_id) WHERE rating_config_id IS NOT NULL;

-- Keeps the config as it was when the session began (CHAN-14), so that it outlives changes and deletions.
CREATE TABLE ratings (
    session_id TEXT PRIMARY KEY REFERENCES sessions (id),
    tenant_id TEXT NOT NULL,
    config_id TEXT NOT NULL,
    config TEXT NOT NULL,
    -- The newest request and the number of its line.
    line BIGINT,
    request TEXT,
    answered_at BIGINT,
    answer TEXT
);
