-- An incident is a head and its strands: what goes on with every event (last sight, count) lives on the narrow strand rows, the
-- head changes only at the turns of its life. Beside them: the log of those turns, ties made by people, changes of objects, diagnoses.

CREATE TABLE strands (
  -- The incident that it was part of before any merge; with the key of its problem it never changes.
  born_in     text NOT NULL,
  key         text NOT NULL,
  incident_id text NOT NULL REFERENCES incidents ON DELETE CASCADE,
  last_seen   bigint NOT NULL,
  first_seen  bigint NOT NULL,
  cleared_at  bigint,
  event_count bigint NOT NULL,
  severity    text NOT NULL,
  category    text NOT NULL,
  condition   text NOT NULL,
  aspect      text NOT NULL,
  root        jsonb NOT NULL,
  subject     jsonb NOT NULL,
  rule        text NOT NULL,
  because     text NOT NULL,
  PRIMARY KEY (born_in, key)
) WITH (fillfactor = 70);
CREATE INDEX strands_incident ON strands (incident_id);

INSERT INTO strands (born_in, key, incident_id, last_seen, first_seen, cleared_at, event_count, severity, category, condition, aspect, root,
    subject, rule, because)
  SELECT id, problem_key, id, last_seen, opened_at, CASE WHEN state = 'resolved' THEN COALESCE(cleared_at, last_seen) ELSE cleared_at END,
    event_count, severity, category, condition, '', root, subject, 'opened', condition || ' opened it' FROM incidents;

ALTER TABLE incidents
  DROP COLUMN problem_key,
  DROP COLUMN last_seen,
  DROP COLUMN cleared_at,
  DROP COLUMN event_count,
  ADD COLUMN resolved_by text,
  ADD COLUMN regressions int NOT NULL DEFAULT 0,
  ADD COLUMN merged_into text,
  ADD COLUMN resolution text;
UPDATE incidents SET resolved_by = 'tattle' WHERE state = 'resolved';
CREATE INDEX incidents_opened ON incidents (opened_at DESC, id);
CREATE INDEX incidents_merged ON incidents (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE incident_log (
  no          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incidents ON DELETE CASCADE,
  key         text NOT NULL,
  at          bigint NOT NULL,
  kind        text NOT NULL,
  by          text NOT NULL,
  text        text NOT NULL
);
CREATE UNIQUE INDEX incident_log_key ON incident_log (incident_id, md5(key));

CREATE TABLE ties (
  cluster_uid text NOT NULL,
  a           text NOT NULL,
  b           text NOT NULL,
  kind        text NOT NULL,
  by          text NOT NULL,
  reason      text NOT NULL,
  at          bigint NOT NULL
);
CREATE UNIQUE INDEX ties_pair ON ties (md5(a), md5(b));

-- `id` is unique in its cluster.
CREATE TABLE object_changes (
  cluster_uid  text NOT NULL,
  id           text NOT NULL,
  at           bigint NOT NULL,
  cluster_name text NOT NULL,
  object       jsonb NOT NULL,
  namespace    text NOT NULL,
  summary      text NOT NULL,
  diff         jsonb NOT NULL,
  revision     int
);
CREATE UNIQUE INDEX object_changes_id ON object_changes (md5(cluster_uid), md5(id));
CREATE INDEX object_changes_at ON object_changes (at);

-- The newest diagnosis of each incident.
CREATE TABLE diagnoses (
  incident_id text PRIMARY KEY REFERENCES incidents ON DELETE CASCADE,
  at          bigint NOT NULL,
  cause       text NOT NULL,
  body        jsonb NOT NULL
);

CREATE INDEX deliveries_incident ON deliveries (incident_id);
