-- What instances say of themselves, and what is asked about executions that an instance has in hand.

ALTER TABLE instances
  ADD COLUMN state   TEXT NOT NULL DEFAULT 'running',
  ADD COLUMN running INTEGER NOT NULL DEFAULT 0,   -- attempts under way
  ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;   -- executions in hand that have not started

-- Kept until the execution has ended, so that it holds also for whoever takes it over.
CREATE TABLE cancellations (
  seq          BIGINT PRIMARY KEY,   -- executions.seq
  reason       TEXT NOT NULL,
  if_unstarted SMALLINT NOT NULL,    -- 1: only where it has not started
  at           BIGINT NOT NULL
);
