-- Figures tell all that ran, and lists where their past begins.

-- Run time of the attempts before the one it is at, in ms.
ALTER TABLE executions ADD COLUMN earlier_ms BIGINT;
ALTER TABLE execution_history ADD COLUMN earlier_ms BIGINT;

-- What retention has taken from the history.
CREATE TABLE pruned_history (
  task_seq BIGINT PRIMARY KEY,   -- 0: jobs without a task
  answers  BIGINT NOT NULL,      -- due instants whose answers went
  from_at  BIGINT NOT NULL,      -- the first and the last due instant of what went
  through  BIGINT NOT NULL
);
