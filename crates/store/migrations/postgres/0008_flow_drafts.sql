-- What is being edited of a flow beside its published versions (FLOW-13), and who published a version with which
-- words (FLOW-14).
CREATE TABLE flow_drafts (
    flow_id TEXT PRIMARY KEY REFERENCES flows (id),
    tenant_id TEXT NOT NULL,
    document TEXT NOT NULL,
    -- Rises with each save: whoever saves over an older one is told so.
    revision BIGINT NOT NULL,
    edited_at BIGINT NOT NULL,
    edited_by TEXT NOT NULL REFERENCES agents (id)
);
CREATE INDEX flow_drafts_edited_by ON flow_drafts (edited_by);

ALTER TABLE flow_versions ADD COLUMN published_by TEXT REFERENCES agents (id);
ALTER TABLE flow_versions ADD COLUMN note TEXT NOT NULL DEFAULT '';
