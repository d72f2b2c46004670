-- Who may come in, who is in, what they did, and what they were answered.

CREATE TABLE access_tokens (
  id           text PRIMARY KEY,
  name         text NOT NULL,
  -- SHA-256 of the whole token, hexadecimal. The token itself is nowhere.
  digest       text NOT NULL,
  grants       jsonb NOT NULL,
  created_by   text NOT NULL,
  created_at   bigint NOT NULL,
  expires_at   bigint,
  last_used_at bigint,
  revoked_at   bigint
);

CREATE TABLE sessions (
  -- SHA-256 of the cookie, hexadecimal.
  digest     text PRIMARY KEY,
  principal  jsonb NOT NULL,
  bound_to   text,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX sessions_end ON sessions (expires_at);

-- Numbers without gaps, and each hash covers the one before it (audit-chain.ts): what was changed or left out shows.
CREATE TABLE audit_entries (
  no     bigint PRIMARY KEY,
  at     bigint NOT NULL,
  actor  text NOT NULL,
  action text NOT NULL,
  target text NOT NULL,
  -- JSON as it was hashed: jsonb would put its keys in another order.
  detail text NOT NULL,
  hash   text NOT NULL,
  -- Not part of the chain: what is committed again because its answer was lost is the same entry.
  key    text
);
CREATE UNIQUE INDEX audit_entries_key ON audit_entries (key) WHERE key IS NOT NULL;
CREATE INDEX audit_entries_actor ON audit_entries (actor, no);
CREATE INDEX audit_entries_target ON audit_entries (target, no);

-- `status` is null while the request is under way.
CREATE TABLE idempotent_requests (
  key          text PRIMARY KEY,
  request      text NOT NULL,
  begun_at     bigint NOT NULL,
  status       int,
  content_type text,
  body         text
);
CREATE INDEX idempotent_requests_begun ON idempotent_requests (begun_at);
