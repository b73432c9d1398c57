-- Executions between two attempts, by their task: it has run.

CREATE INDEX executions_retried ON executions (task_seq) WHERE attempt > 1;
