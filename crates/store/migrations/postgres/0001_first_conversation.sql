-- The first conversation: tenants, agents, skill groups, channels, flows, visitors, sessions and their
-- logs, timers, outbox. Times are milliseconds UTC, ids bare UUIDs, documents JSON text.

CREATE TABLE tenants (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    routing TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id),
    staff_no TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT,
    name TEXT NOT NULL,
    nickname TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    must_change_password BOOLEAN NOT NULL,
    password_expires_at BIGINT,
    status TEXT NOT NULL,
    status_since BIGINT NOT NULL,
    own_limit BIGINT NOT NULL,
    -- Open sessions of this agent; every change of it is part of a conditional write (C05).
    load BIGINT NOT NULL,
    idle_since BIGINT NOT NULL,
    -- Raised by each sign-in: what an older sign-in sends is refused (C12).
    epoch BIGINT NOT NULL,
    -- Number of the newest row in agent_events (C04).
    stream_pos BIGINT NOT NULL,
    is_forced_offline BOOLEAN NOT NULL,
    is_deleted BOOLEAN NOT NULL,
    last_sign_in_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX agents_email ON agents (tenant_id, email) WHERE is_deleted = FALSE;
CREATE UNIQUE INDEX agents_staff_no ON agents (tenant_id, staff_no) WHERE is_deleted = FALSE;
CREATE INDEX agents_sign_in_email ON agents (email) WHERE is_deleted = FALSE;
CREATE INDEX agents_sign_in_phone ON agents (phone) WHERE is_deleted = FALSE AND phone IS NOT NULL;

CREATE TABLE logins (
    token_hash TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    agent_id TEXT NOT NULL REFERENCES agents (id),
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    ended_at BIGINT,
    ended_reason TEXT
);
CREATE INDEX logins_agent ON logins (agent_id, created_at);

CREATE TABLE password_resets (
    token_hash TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    agent_id TEXT NOT NULL REFERENCES agents (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX password_resets_agent ON password_resets (agent_id);

-- Budgets that all nodes share and a restart does not refill (T402, T1108).
CREATE TABLE budgets (
    name TEXT PRIMARY KEY,
    window_start BIGINT NOT NULL,
    used BIGINT NOT NULL
);

-- Answers to commands, so that a repeat gets the same one (C02).
CREATE TABLE commands (
    principal TEXT NOT NULL,
    client_id TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (principal, client_id)
);
CREATE INDEX commands_created_at ON commands (created_at);

CREATE TABLE skill_groups (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    reception_limit BIGINT NOT NULL,
    -- The newest place number given in this queue (C08).
    last_number BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX skill_groups_name ON skill_groups (tenant_id, name);

CREATE TABLE skill_group_members (
    skill_group_id TEXT NOT NULL REFERENCES skill_groups (id) ON DELETE CASCADE,
    agent_id TEXT NOT NULL REFERENCES agents (id),
    tenant_id TEXT NOT NULL,
    priority BIGINT NOT NULL,
    PRIMARY KEY (skill_group_id, agent_id)
);
CREATE INDEX skill_group_members_agent ON skill_group_members (agent_id);

CREATE TABLE flows (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    published_version BIGINT NOT NULL,
    is_deleted BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX flows_name ON flows (tenant_id, name) WHERE is_deleted = FALSE;

-- Published versions never change: a session keeps the one it began with (R17).
CREATE TABLE flow_versions (
    flow_id TEXT NOT NULL REFERENCES flows (id),
    version BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (flow_id, version)
);

CREATE TABLE channels (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id),
    kind TEXT NOT NULL,
    -- What stands in the address of the chat page; unique everywhere.
    key TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    colour TEXT NOT NULL,
    flow_id TEXT NOT NULL REFERENCES flows (id),
    requires_identity BOOLEAN NOT NULL,
    -- Sealed; signs visitors' identities (SEC-03).
    identity_secret TEXT,
    is_deleted BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX channels_tenant ON channels (tenant_id);

CREATE TABLE visitors (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    channel_id TEXT NOT NULL REFERENCES channels (id),
    -- The host page's own user id, once its signature was checked; NULL for anonymous visitors.
    external_id TEXT,
    nickname TEXT NOT NULL,
    language TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX visitors_external_id ON visitors (channel_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE visitor_tokens (
    token_hash TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    visitor_id TEXT NOT NULL REFERENCES visitors (id),
    channel_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX visitor_tokens_visitor ON visitor_tokens (visitor_id);

-- The fold of a session's entries, and the cursors that readers move.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    source TEXT NOT NULL,
    visitor_id TEXT NOT NULL,
    flow_id TEXT NOT NULL,
    flow_version BIGINT NOT NULL,
    flow_run TEXT NOT NULL,
    stage TEXT NOT NULL,
    skill_group_id TEXT,
    queue_number BIGINT,
    waiting_since BIGINT,
    -- Who serves it, or served it last.
    agent_id TEXT,
    assigned_at BIGINT,
    ended_by TEXT,
    ended_at BIGINT,
    started_at BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    visitor_seq BIGINT NOT NULL,
    last_message TEXT,
    silent_since BIGINT,
    agent_read BIGINT NOT NULL,
    visitor_read BIGINT NOT NULL,
    unread BIGINT NOT NULL,
    is_completed BOOLEAN NOT NULL,
    version BIGINT NOT NULL
);
-- One open session per visitor and channel (I14).
CREATE UNIQUE INDEX sessions_open ON sessions (visitor_id, channel_id) WHERE stage <> 'ended';
CREATE INDEX sessions_queue ON sessions (skill_group_id, queue_number) WHERE stage = 'waiting';
CREATE INDEX sessions_served ON sessions (agent_id) WHERE stage = 'active';
CREATE INDEX sessions_ended ON sessions (agent_id, ended_at, id) WHERE stage = 'ended';
CREATE INDEX sessions_visitor ON sessions (visitor_id, id);
CREATE INDEX sessions_channel_open ON sessions (channel_id) WHERE stage <> 'ended';

-- The log. No foreign keys: it is the hottest table, and its rows are only written beside their session.
CREATE TABLE entries (
    session_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    -- The sender and its key; a repeat finds the first answer (C02).
    sender_id TEXT,
    client_id TEXT,
    body TEXT NOT NULL,
    -- The number before in the visitor's view; NULL where the visitor may not see the line (C03).
    visitor_prev BIGINT,
    PRIMARY KEY (session_id, seq)
);
CREATE UNIQUE INDEX entries_client_id ON entries (sender_id, client_id) WHERE client_id IS NOT NULL;

CREATE TABLE attachments (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    -- Whose conversation it belongs to.
    visitor_id TEXT NOT NULL,
    uploader_id TEXT NOT NULL,
    -- The session it was posted in; NULL until then.
    session_id TEXT,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    sha256 TEXT NOT NULL,
    -- Where the bytes lie: 128 random bits, never told to anybody.
    storage_key TEXT NOT NULL,
    has_thumbnail BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX attachments_unposted ON attachments (created_at) WHERE session_id IS NULL;

-- What changed about an agent's list, numbered per agent (C04). Pruned after a day.
CREATE TABLE agent_events (
    agent_id TEXT NOT NULL,
    pos BIGINT NOT NULL,
    kind TEXT NOT NULL,
    session_id TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (agent_id, pos)
);
CREATE INDEX agent_events_at ON agent_events (at);

-- Running servers and who is connected to them. Somebody is online when a living node says so.
CREATE TABLE nodes (
    id TEXT PRIMARY KEY,
    started_at BIGINT NOT NULL,
    alive_until BIGINT NOT NULL
);
CREATE TABLE presence (
    principal_id TEXT NOT NULL,
    node_id TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (principal_id, node_id)
);
CREATE INDEX presence_node ON presence (node_id);

CREATE TABLE timers (
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (kind, subject_id)
);
CREATE INDEX timers_due_at ON timers (due_at);

CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    destination TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    -- What caused it, for example an agent's creation.
    cause TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    -- Raised by each lease: a late worker's answer is refused by number, not by time (C12).
    lease BIGINT NOT NULL,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'pending';
CREATE INDEX outbox_tenant ON outbox (tenant_id, id);

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_tenant ON audit (tenant_id, id);
