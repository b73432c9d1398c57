-- What happened, for consumers that must not miss it; kept while one of them wants it. An entry gets its number `seq`
-- once it is committed: so numbers come in the order in which entries can be read, and no reader passes one over.
CREATE TABLE happenings (
  entry     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  seq       bigint UNIQUE,
  kind      text NOT NULL,
  subject   text NOT NULL,
  tenant_id text,
  at        bigint NOT NULL,
  body      text NOT NULL
);
CREATE INDEX happenings_unnumbered ON happenings (entry) WHERE seq IS NULL;
CREATE SEQUENCE happening_numbers;

-- `read_to` is the last number dealt with; `missed` counts what was removed unread.
CREATE TABLE outbox_consumers (
  name       text PRIMARY KEY,
  kinds      text NOT NULL,
  read_to    bigint NOT NULL,
  missed     bigint NOT NULL DEFAULT 0,
  held_by    text,
  held_until bigint NOT NULL DEFAULT 0,
  created_at bigint NOT NULL
);
