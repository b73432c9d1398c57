-- What was done, by whom. An entry is written by the transaction of what it tells of, and is sealed a moment later: it gets
-- its number, without a gap, and a hash of itself and of the entry before. `payload` is JSON without secrets; it can go, as
-- `payload_hash` stays.
CREATE TABLE audit (
  entry        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  seq          bigint UNIQUE,
  at           bigint NOT NULL,
  tenant_id    text,
  actor        text,
  user_id      text,
  credential   text,
  address      text,
  request_id   text,
  kind         text NOT NULL,
  subject_id   text,
  subject_name text,
  action       text NOT NULL,
  outcome      text NOT NULL,
  payload      text,
  payload_hash text,
  hash         text
);
CREATE INDEX audit_unsealed ON audit (entry) WHERE seq IS NULL;
CREATE INDEX audit_by_subject ON audit (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX audit_by_time ON audit (at);
