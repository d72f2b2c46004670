-- How a sink is doing, so that every replica can tell, and what of its refusals a person wants to be sent again.
ALTER TABLE sink_positions
  ADD COLUMN taken_at      bigint,
  ADD COLUMN failing_since bigint,
  ADD COLUMN error         text,
  ADD COLUMN error_at      bigint;

ALTER TABLE sink_refusals
  -- The end of the document is not kept.
  ADD COLUMN cut       boolean NOT NULL DEFAULT false,
  -- When somebody asked for it to be sent again.
  ADD COLUMN replay_at bigint;
-- Which of them are cut was not written down: those that may be.
UPDATE sink_refusals SET cut = true WHERE length(document) >= 8192;
CREATE INDEX sink_refusals_replay ON sink_refusals (sink, no) WHERE replay_at IS NOT NULL;
