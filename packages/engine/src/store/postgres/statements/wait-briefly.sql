-- Gives up waiting for locks after this time, in this transaction.
-- $1 ms
SELECT set_config('lock_timeout', $1, true)
