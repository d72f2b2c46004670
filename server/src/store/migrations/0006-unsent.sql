-- What was not sent is counted every quarter of a minute; without an index that reads all that was ever sent.
CREATE INDEX deliveries_unsent ON deliveries (channel, status) WHERE status IN ('pending', 'dead', 'disabled');
