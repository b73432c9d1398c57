-- Replaces the members of a pool.
-- KEYS  1 sorted set: node by its capacity
-- ARGV  capacity, node, capacity, node …; nothing removes the pool
-- Returns the number of members.
redis.call('DEL', KEYS[1])
for at = 1, #ARGV, 2 do redis.call('ZADD', KEYS[1], ARGV[at], ARGV[at + 1]) end
return #ARGV / 2
