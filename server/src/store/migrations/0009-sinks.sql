-- Sinks: how far each one has come, who runs it, and what its other side refused. The feed tells counts as they were when they grew.

-- One of each for every event of the row: its count after the transaction, and by how much that grew (0: something else changed).
ALTER TABLE feed
  ADD COLUMN counts bigint[] NOT NULL DEFAULT '{}',
  ADD COLUMN deltas int[] NOT NULL DEFAULT '{}';
ALTER TABLE feed ALTER counts SET STORAGE EXTERNAL, ALTER deltas SET STORAGE EXTERNAL;

CREATE TABLE sink_positions (
  name          text PRIMARY KEY,
  feed_position text NOT NULL,
  at            bigint NOT NULL,
  catch_up      jsonb,
  holder        text,
  held_until    timestamptz,
  -- When a Tattle last had it configured: what nobody has any more must not hold back the feed's sweep for ever.
  wanted_at     timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE TABLE sink_refusals (
  no       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sink     text NOT NULL,
  id       text NOT NULL,
  reason   text NOT NULL,
  document text NOT NULL,
  at       bigint NOT NULL
);
CREATE INDEX sink_refusals_sink ON sink_refusals (sink, no);
