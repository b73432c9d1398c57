-- Makes what lock-tasks locks, of tasks that had no limit to keep so far.
-- $1 tasks
INSERT INTO task_slots (task_seq) SELECT t FROM unnest($1::bigint[]) AS t ORDER BY t ON CONFLICT DO NOTHING
