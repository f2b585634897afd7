-- How many bytes of attachments each contact centre and each uploader keeps: a quota must not add up rows (T611).
CREATE TABLE storage (
    owner TEXT PRIMARY KEY,
    bytes BIGINT NOT NULL
);
INSERT INTO storage (owner, bytes)
    SELECT tenant_id, CAST(SUM(size) AS BIGINT) FROM attachments GROUP BY tenant_id;
INSERT INTO storage (owner, bytes)
    SELECT uploader_id, CAST(SUM(size) AS BIGINT) FROM attachments GROUP BY uploader_id;
-- Whether bytes belong to an attachment is asked for each of them (C18, OPS-05).
CREATE INDEX attachments_storage_key ON attachments (storage_key);
