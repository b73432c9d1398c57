-- Some members of a pool, those with the most room first.
-- KEYS  1 sorted set: node by its capacity
-- ARGV  1 how many to leave out   2 how many to answer
-- Returns {size, node, node, …}.
local nodes = {}
if tonumber(ARGV[2]) > 0 then
  nodes = redis.call('ZREVRANGE', KEYS[1], ARGV[1], ARGV[1] + ARGV[2] - 1)
end
table.insert(nodes, 1, redis.call('ZCARD', KEYS[1]))
return nodes
