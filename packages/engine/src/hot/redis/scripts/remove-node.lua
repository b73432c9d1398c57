-- Forgets a node, but for its numbers: should it come back, they go on.
-- KEYS  1 meta   2 cap   3 exp   4 run
-- ARGV  1 ms that its numbers are kept
-- Returns 1 when it was known, else 0.
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then return 0 end
redis.call('DEL', KEYS[1], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[2], 'last_epoch', epoch)
redis.call('HDEL', KEYS[2], 'max', 'running', 'reserved')
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return 1
