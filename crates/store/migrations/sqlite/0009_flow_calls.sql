-- What flows ask of the outside: secrets that they use without showing them (T1202), bots (FLOW-11), API calls (FLOW-09).
CREATE TABLE secrets (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX secrets_name ON secrets (tenant_id, name);

CREATE TABLE bots (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    -- Rises with each change, so that nodes know whether what they remember is the newest.
    revision BIGINT NOT NULL,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX bots_name ON bots (tenant_id, name);

-- One row for each try of an API-call node: pending until it is done, afterwards the session's log of calls.
CREATE TABLE api_calls (
    session_id TEXT NOT NULL REFERENCES sessions (id),
    number BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    node TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    -- With its port: calls to one service share its places.
    host TEXT NOT NULL,
    request TEXT NOT NULL,
    timeout_seconds BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    outcome TEXT,
    status BIGINT,
    answer TEXT,
    PRIMARY KEY (session_id, number)
);
CREATE INDEX api_calls_pending ON api_calls (tenant_id, host, due_at) WHERE finished_at IS NULL;
