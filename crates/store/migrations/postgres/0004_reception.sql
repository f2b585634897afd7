-- Agents' connections with their grace, the history of their states, and how a contact centre receives visitors.

ALTER TABLE tenants ADD COLUMN reception TEXT NOT NULL DEFAULT '{}';

-- What was noted of an agent's connection: connected, disconnected (the grace runs) or gone; since when.
ALTER TABLE agents ADD COLUMN connection TEXT NOT NULL DEFAULT 'gone';
ALTER TABLE agents ADD COLUMN connection_since BIGINT NOT NULL DEFAULT 0;
UPDATE agents SET connection_since = COALESCE(last_sign_in_at, created_at);
-- Who holds sessions gets the grace to come back after this upgrade.
UPDATE agents SET connection = 'connected' WHERE is_deleted = FALSE AND load > 0;
CREATE INDEX agents_connected ON agents (id) WHERE connection = 'connected';

-- Who was in which state, from when to when. The open span of an agent ends at the largest number.
CREATE TABLE agent_spans (
    agent_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    status TEXT NOT NULL,
    connection TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    -- What began it, and whose doing that was: an agent's id, or nothing for the desk itself.
    cause TEXT NOT NULL,
    actor_id TEXT,
    PRIMARY KEY (agent_id, number)
);
CREATE INDEX agent_spans_until ON agent_spans (agent_id, until);
