-- The chat on a customer's own pages (CHAN-04): where its launcher stands, which websites may show it, and what these
-- pages tell about their visitors.

ALTER TABLE channels ADD COLUMN launcher_side TEXT NOT NULL DEFAULT 'right';
ALTER TABLE channels ADD COLUMN launcher_text TEXT NOT NULL DEFAULT '';
-- A JSON list of origins.
ALTER TABLE channels ADD COLUMN websites TEXT NOT NULL DEFAULT '[]';

ALTER TABLE visitors ADD COLUMN avatar TEXT;
-- A JSON object of texts.
ALTER TABLE visitors ADD COLUMN custom_data TEXT NOT NULL DEFAULT '{}';
