-- What a batch changes in the rollups waits in one row of its own and is added up with others every second: an upsert of every
-- bucket and level for each batch was an eighth of PostgreSQL's work. Whoever reads `rollups` sees both.
ALTER TABLE rollups RENAME TO rollup_sums;

-- One element for each dimension and five minutes that the batch touched; the longer levels follow from them.
CREATE TABLE rollup_changes (
  buckets     int[] NOT NULL,
  dims_ids    int[] NOT NULL,
  born        int[] NOT NULL,
  last        int[] NOT NULL,
  occurrences bigint[] NOT NULL
);
-- They live for a second: compressing them costs more than it saves.
ALTER TABLE rollup_changes ALTER buckets SET STORAGE EXTERNAL, ALTER dims_ids SET STORAGE EXTERNAL,
  ALTER born SET STORAGE EXTERNAL, ALTER last SET STORAGE EXTERNAL, ALTER occurrences SET STORAGE EXTERNAL;

CREATE FUNCTION rollup_bucket(bucket int, span int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
  -- Rounded down, also before 1970.
  AS 'SELECT (bucket - mod(mod(bucket, span) + span, span)) / span';

CREATE VIEW rollups AS
  SELECT level, bucket, dims_id, born, last, occurrences FROM rollup_sums
  UNION ALL
  SELECT l.level, rollup_bucket(c.bucket, l.span), c.dims_id, c.born, c.last, c.occurrences
  FROM rollup_changes w
  CROSS JOIN LATERAL unnest(w.buckets, w.dims_ids, w.born, w.last, w.occurrences) AS c (bucket, dims_id, born, last, occurrences)
  CROSS JOIN (VALUES (0::smallint, 1), (1::smallint, 12), (2::smallint, 288)) AS l (level, span);
