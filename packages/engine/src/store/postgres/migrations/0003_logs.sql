-- The output of executions in compressed chunks; one partition per day of the execution's first line here, so that old
-- days are dropped, not deleted. Numbers of lines never change.

CREATE TABLE log_chunks (
  execution_id TEXT COLLATE "C" NOT NULL,
  first_no     BIGINT NOT NULL,
  lines        INTEGER NOT NULL,       -- numbers that it covers; more than lines in the body where some were lost
  attempt      INTEGER NOT NULL,
  streams      SMALLINT NOT NULL,      -- bit mask
  raw_bytes    INTEGER NOT NULL,
  codec        SMALLINT NOT NULL,
  body         BYTEA NOT NULL,
  written_at   BIGINT NOT NULL,
  PRIMARY KEY (execution_id, first_no, written_at)
) PARTITION BY RANGE (written_at);
CREATE TABLE log_chunks_rest PARTITION OF log_chunks DEFAULT;
