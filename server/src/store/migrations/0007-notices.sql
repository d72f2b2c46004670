-- Who was told what and why, what is held back for later, and what people do not want to be told of.

-- How the channel knows the message that a delivery made: later ones change or follow it.
ALTER TABLE deliveries ADD COLUMN receipt text;
CREATE INDEX deliveries_receipt ON deliveries (incident_id, channel, no DESC) WHERE receipt IS NOT NULL;

-- Further incidents that a grouped delivery tells of. `incident_id` of `deliveries` is the worst of them, and '' where it tells of none.
CREATE TABLE deliveries_also (
  no          bigint NOT NULL REFERENCES deliveries ON DELETE CASCADE,
  incident_id text NOT NULL,
  -- While its delivery is pending: later ones about the incident come after it.
  waits       boolean NOT NULL,
  PRIMARY KEY (no, incident_id)
);
CREATE INDEX deliveries_also_incident ON deliveries_also (incident_id, no);
CREATE INDEX deliveries_also_waiting ON deliveries_also (incident_id, no) WHERE waits;

CREATE TABLE notice_decisions (
  no          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  notice_id   text NOT NULL,
  incident_id text NOT NULL,
  kind        text NOT NULL,
  at          bigint NOT NULL,
  route       text NOT NULL,
  channel     text NOT NULL,
  verdict     text NOT NULL,
  reason      text NOT NULL,
  because     text NOT NULL,
  until       bigint,
  by          text NOT NULL,
  rule        text NOT NULL,
  cause       text,
  UNIQUE (notice_id, incident_id, route, channel)
);
CREATE INDEX notice_decisions_incident ON notice_decisions (incident_id, no);
-- How much a route told lately.
CREATE INDEX notice_decisions_told ON notice_decisions (route, at) WHERE verdict = 'told';
-- What a rule asked for lately.
CREATE INDEX notice_decisions_rule ON notice_decisions (rule, at) WHERE rule <> '' AND verdict <> 'withheld';
-- What waits for the end of a silence, a window or another incident.
CREATE INDEX notice_decisions_by ON notice_decisions (by) WHERE verdict = 'held' AND by <> '';

CREATE TABLE notices_held (
  no          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  group_key   text NOT NULL,
  route       text NOT NULL,
  how         text NOT NULL,
  notice_id   text NOT NULL,
  incident_id text NOT NULL,
  kind        text NOT NULL,
  at          bigint NOT NULL,
  channels    text[] NOT NULL,
  occasion    text NOT NULL,
  -- The notice that told of it at last, '' where it was let go untold; null while it waits.
  told_by     text,
  told_at     bigint
);
-- A group is named by labels, which fit no index.
CREATE UNIQUE INDEX notices_held_once ON notices_held (md5(group_key), notice_id);
CREATE INDEX notices_held_waiting ON notices_held (md5(group_key), no) WHERE told_by IS NULL;
CREATE INDEX notices_held_told ON notices_held (md5(group_key), told_at) WHERE told_at IS NOT NULL;

CREATE TABLE silences (
  id         text PRIMARY KEY,
  matchers   jsonb NOT NULL,
  starts_at  bigint NOT NULL,
  ends_at    bigint NOT NULL,
  created_by text NOT NULL,
  created_at bigint NOT NULL,
  comment    text NOT NULL,
  -- What its maker may act on: it holds back nothing that reaches further.
  scope      jsonb NOT NULL,
  expired_at bigint
);
CREATE INDEX silences_living ON silences (ends_at) WHERE expired_at IS NULL;
