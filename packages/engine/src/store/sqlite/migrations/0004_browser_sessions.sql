-- Sign-ins of browsers, whose credential is a cookie that is replaced now and then. `refresh_hash` is that of the
-- cookie's secret, `previous_hash` of the one before, which is still taken until the browser has shown the new one.

ALTER TABLE sessions ADD COLUMN in_cookie INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER;                 -- when the present secret was first shown; null: not yet
ALTER TABLE sessions ADD COLUMN user_epoch INTEGER NOT NULL DEFAULT 0; -- the user's `session_epoch` at the sign-in
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
