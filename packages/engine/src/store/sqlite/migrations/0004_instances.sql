-- What instances say of themselves.

ALTER TABLE instances ADD COLUMN state TEXT NOT NULL DEFAULT 'running';
ALTER TABLE instances ADD COLUMN running INTEGER NOT NULL DEFAULT 0;  -- attempts under way
ALTER TABLE instances ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;  -- executions in hand that have not started
