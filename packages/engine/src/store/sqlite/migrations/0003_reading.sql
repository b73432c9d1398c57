-- Indexes for what people read; the hot path writes through few of them.

-- The ledger and lists of executions by time. Appended to in nearly ascending order.
CREATE INDEX history_by_due ON execution_history (due_at);
-- What people, callers and webhooks started is rare beside what schedules start.
CREATE INDEX history_by_trigger ON execution_history (trigger, seq) WHERE trigger <> 'schedule';
-- Runs too short to be noted as running never get here.
CREATE INDEX executions_running ON executions (seq) WHERE state = 4;

CREATE INDEX tasks_by_type ON tasks (type, name) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_update ON tasks (updated_at);
CREATE INDEX tasks_disabled ON tasks (name) WHERE enabled = 0;
CREATE INDEX tasks_paused ON tasks (name) WHERE paused_at IS NOT NULL;

-- Schedules that have come to their end.
CREATE INDEX schedules_ended ON schedules (task_seq) WHERE next_due_at IS NULL;
CREATE INDEX schedules_by_rule ON schedules (rule_id);
