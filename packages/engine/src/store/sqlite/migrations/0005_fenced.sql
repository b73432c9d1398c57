-- Attempts that an instance was still running when others had taken the execution over: JSON array, null for none.
ALTER TABLE executions ADD COLUMN fenced TEXT;
ALTER TABLE execution_history ADD COLUMN fenced TEXT;
