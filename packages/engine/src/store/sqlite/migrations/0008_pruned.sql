-- Figures tell all that ran, and lists where their past begins.

-- Run time of the attempts before the one it is at, in ms.
ALTER TABLE executions ADD COLUMN earlier_ms INTEGER;
ALTER TABLE execution_history ADD COLUMN earlier_ms INTEGER;

-- What retention has taken from the history.
CREATE TABLE pruned_history (
  task_seq INTEGER PRIMARY KEY,   -- 0: jobs without a task
  answers  INTEGER NOT NULL,      -- due instants whose answers went
  from_at  INTEGER NOT NULL,      -- the first and the last due instant of what went
  through  INTEGER NOT NULL
) STRICT;
