-- Channels that people add at run time. The key of what is sealed lies outside of the database.

CREATE TABLE channels (
  name     text PRIMARY KEY,
  type     text NOT NULL,
  -- JSON, kept as text: the seal covers it byte for byte.
  settings text NOT NULL,
  sealed   text NOT NULL
);
