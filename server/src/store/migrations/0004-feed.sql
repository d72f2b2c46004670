-- What changed, for those who follow it live: one row for each transaction that changed something, kept for a quarter of an hour.
-- Readers take what is older than every transaction still running, in the order (xid, no): an order that only grows at its end,
-- although transactions commit in another one.
CREATE TABLE feed (
  xid          xid8 NOT NULL DEFAULT pg_current_xact_id(),
  no           bigint GENERATED ALWAYS AS IDENTITY,
  -- By the database's clock: writers have one each.
  at           bigint NOT NULL DEFAULT (extract(epoch FROM now()) * 1000)::bigint,
  event_ids    bigint[] NOT NULL DEFAULT '{}',
  incident_ids text[] NOT NULL DEFAULT '{}',
  topics       text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (xid, no)
);
-- They live for minutes: compressing them costs more than it saves.
ALTER TABLE feed ALTER event_ids SET STORAGE EXTERNAL;

CREATE TABLE feed_state (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- Positions of another epoch mean nothing here.
  epoch    uuid NOT NULL DEFAULT gen_random_uuid(),
  -- The transaction that wrote this row, as its xmin says, too: where they differ, a dump brought it here from another server,
  -- whose transactions had other numbers.
  written  xid8 NOT NULL DEFAULT pg_current_xact_id(),
  -- The newest row that was deleted.
  gone_xid xid8 NOT NULL DEFAULT '0',
  gone_no  bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
INSERT INTO feed_state DEFAULT VALUES;
