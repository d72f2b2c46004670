-- The first schema: events with their identity, occurrences and rollups; incidents with what hangs on them; state.
-- Times are milliseconds since the Unix epoch. Row numbers name their partition (docs/decisions/0002).

CREATE TABLE clusters (
  id   int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uid  text NOT NULL,
  name text NOT NULL DEFAULT ''
);
-- Over a digest, here and below: an index row holds 2,704 bytes, and a hostile value may be longer.
CREATE UNIQUE INDEX clusters_uid ON clusters (md5(uid));

-- What many events share. Filters, facets and rollups work on these few rows. View 0 is what an event is; 1 leaves out its
-- namespace, 2 all but cluster and namespace ('' then): rollups of these answer most questions from a few rows.
CREATE TABLE event_dims (
  id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest     uuid NOT NULL UNIQUE,
  view       smallint NOT NULL,
  wide_id    int,
  place_id   int,
  cluster_id int NOT NULL REFERENCES clusters,
  origin     text NOT NULL,
  namespace  text NOT NULL,
  kind       text NOT NULL,
  reason     text NOT NULL,
  type       text NOT NULL,
  category   text NOT NULL,
  severity   text NOT NULL,
  component  text NOT NULL,
  retention  smallint NOT NULL
);
CREATE INDEX event_dims_view ON event_dims (view);

-- Numbers of events and occurrences, in blocks of 4096 for each writer.
CREATE SEQUENCE row_numbers INCREMENT BY 4096 MINVALUE 0 MAXVALUE 68719472640 CYCLE;

-- Every writer's last commit: tells after a crash of the server which asynchronous commits were lost.
CREATE TABLE writers (
  id        uuid PRIMARY KEY,
  commit_no bigint NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE TABLE event_identity (
  key        uuid NOT NULL,
  cluster_id int NOT NULL,
  event_id   bigint NOT NULL,
  PRIMARY KEY (key, cluster_id)
);

CREATE TABLE events (
  id          bigint NOT NULL,
  -- The newest occurrence by event time (clamped to ingest time): its time and row number.
  last_at     bigint NOT NULL,
  last_seq    bigint NOT NULL,
  -- The time of the first occurrence, as the rollups counted it.
  born_at     bigint NOT NULL,
  first_seen  bigint NOT NULL,
  last_seen   bigint NOT NULL,
  ingested_at bigint NOT NULL,
  last_ingest bigint NOT NULL,
  count       bigint NOT NULL,
  dims_id     int NOT NULL,
  incident_no int,
  -- The identity key; uid_text only where the uid is not this very uuid.
  uid         uuid NOT NULL,
  fingerprint bytea NOT NULL,
  correlation bytea NOT NULL,
  uid_text    text,
  name        text NOT NULL,
  object_uid  text NOT NULL,
  message     text NOT NULL,
  condition   text,
  node        text,
  -- [kind, namespace, name, uid], null where it is the object itself.
  root        text,
  labels      jsonb,
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX events_name ON events (hashtext(name));
CREATE INDEX events_incident ON events (incident_no) WHERE incident_no IS NOT NULL;

CREATE TABLE occurrences (
  at       bigint NOT NULL,
  seq      bigint NOT NULL,
  event_id bigint NOT NULL,
  dims_id  int NOT NULL,
  delta    int NOT NULL
) PARTITION BY RANGE (seq);
CREATE INDEX occurrences_time ON occurrences (at, seq);
CREATE INDEX occurrences_dims ON occurrences (dims_id, at, seq);
CREATE INDEX occurrences_event ON occurrences (event_id, at);

-- Level 0: 5 minutes, 1: an hour, 2: a day; bucket = time / length. `born` counts events whose first occurrence lies in the
-- bucket, `last` those whose newest does, `occurrences` sums deltas.
CREATE TABLE rollups (
  level       smallint NOT NULL,
  bucket      int NOT NULL,
  dims_id     int NOT NULL,
  born        int NOT NULL,
  last        int NOT NULL,
  occurrences bigint NOT NULL,
  PRIMARY KEY (level, bucket, dims_id)
) WITH (fillfactor = 60);
CREATE INDEX rollups_dims ON rollups (dims_id, level, bucket);

-- Short names of incidents for the events table.
CREATE TABLE incident_numbers (
  no int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL
);
CREATE UNIQUE INDEX incident_numbers_id ON incident_numbers (md5(id));

CREATE TABLE incidents (
  id           text PRIMARY KEY,
  cluster_uid  text NOT NULL,
  cluster_name text NOT NULL,
  problem_key  text NOT NULL,
  state        text NOT NULL,
  severity     text NOT NULL,
  category     text NOT NULL,
  condition    text NOT NULL,
  root         jsonb NOT NULL,
  subject      jsonb NOT NULL,
  title        text NOT NULL,
  opened_at    bigint NOT NULL,
  last_seen    bigint NOT NULL,
  cleared_at   bigint,
  resolved_at  bigint,
  event_count  bigint NOT NULL,
  opened_by    text NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX incidents_state ON incidents (state);

CREATE TABLE evidence (
  id          text PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incidents,
  kind        text NOT NULL,
  object      jsonb NOT NULL,
  container   text NOT NULL,
  captured_at bigint NOT NULL,
  body        text NOT NULL,
  truncated   boolean NOT NULL,
  error       text
);
CREATE INDEX evidence_incident ON evidence (incident_id);

CREATE TABLE jobs (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind         text NOT NULL,
  incident_id  text NOT NULL,
  key          text NOT NULL,
  run_at       bigint NOT NULL,
  payload      jsonb NOT NULL,
  attempts     int NOT NULL DEFAULT 0,
  -- Whose claim it is: a worker whose lease ran out cannot finish what another now holds.
  lease        uuid,
  leased_until bigint,
  finished_at  bigint,
  failed       boolean NOT NULL DEFAULT false,
  last_error   text
);
CREATE UNIQUE INDEX jobs_key ON jobs (md5(key));
CREATE INDEX jobs_due ON jobs (kind, run_at) WHERE finished_at IS NULL;

CREATE TABLE deliveries (
  -- The order of making, which is the order of sending for one incident and channel.
  no              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id              text NOT NULL UNIQUE,
  notice_id       text NOT NULL,
  channel         text NOT NULL,
  incident_id     text NOT NULL,
  notice_kind     text NOT NULL,
  notice          jsonb NOT NULL,
  status          text NOT NULL,
  attempts        int NOT NULL DEFAULT 0,
  created_at      bigint NOT NULL,
  next_attempt_at bigint,
  delivered_at    bigint,
  last_error      text,
  last_status     int,
  lease           uuid,
  leased_until    bigint,
  UNIQUE (notice_id, channel)
);
CREATE INDEX deliveries_waiting ON deliveries (incident_id, channel, no) WHERE status = 'pending';
CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE status = 'pending';

CREATE TABLE settings (
  key   text PRIMARY KEY,
  value jsonb NOT NULL,
  set_by text NOT NULL,
  set_at bigint NOT NULL
);

CREATE TABLE positions (
  cluster_uid      text NOT NULL,
  stream           text NOT NULL,
  resource_version text NOT NULL,
  epoch            int NOT NULL,
  at               bigint NOT NULL,
  PRIMARY KEY (cluster_uid, stream)
) WITH (fillfactor = 50);

CREATE TABLE gaps (
  cluster_uid text NOT NULL,
  stream      text NOT NULL,
  reason      text NOT NULL,
  from_at     bigint NOT NULL,
  to_at       bigint,
  detail      text NOT NULL,
  PRIMARY KEY (cluster_uid, stream, from_at)
);

CREATE TABLE dead_letters (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cluster_uid text NOT NULL,
  excerpt     text NOT NULL,
  error       text NOT NULL,
  at          bigint NOT NULL
);
