-- Which life of the database server this is. PostgreSQL empties an unlogged table when it recovers from a crash and when
-- a standby takes over: just when numbers of transactions that it has lost may be given out a second time.

CREATE UNLOGGED TABLE incarnation (
  one BOOLEAN PRIMARY KEY DEFAULT true CHECK (one),
  id  TEXT NOT NULL
);
