-- The database of logs, a file of its own: a flood of output must not delay the engine's commits, nor a damaged log
-- the schedule. `PRAGMA user_version` is 1.
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
BEGIN IMMEDIATE;

-- Consecutive lines of one attempt. The body is described in chunk.ts.
CREATE TABLE log_chunks (
  seq          INTEGER PRIMARY KEY,
  execution_id TEXT NOT NULL,
  first_no     INTEGER NOT NULL,
  lines        INTEGER NOT NULL,     -- numbers covered
  attempt      INTEGER NOT NULL,
  streams      INTEGER NOT NULL,     -- bit mask: 1 stdout, 2 stderr, 4 system
  raw_bytes    INTEGER NOT NULL,
  codec        INTEGER NOT NULL,     -- 0 as it is, 1 Zstandard
  body         BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX log_chunks_by_execution ON log_chunks (execution_id, first_no);

PRAGMA user_version = 1;
COMMIT;
