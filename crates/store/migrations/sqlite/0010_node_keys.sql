-- A mark of the key with which each node seals secrets: nodes with different keys cannot open each other's (T1201).
ALTER TABLE nodes ADD COLUMN key_mark TEXT NOT NULL DEFAULT '';
