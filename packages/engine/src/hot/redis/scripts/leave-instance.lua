-- Forgets an instance.
-- KEYS  1 sorted set of the living   2 hash of their cards (see announce-instance.lua)
-- ARGV  1 instance id
-- Returns 1 when it was known, else 0.
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[1], ARGV[1])
