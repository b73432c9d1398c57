-- The next turn of a pool.
-- KEYS  1 counter
-- Returns its number.
return redis.call('INCR', KEYS[1])
