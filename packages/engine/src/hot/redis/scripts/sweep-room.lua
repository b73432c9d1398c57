-- Ends holds and runs whose time is over.
-- KEYS  1 meta   2 cap   3 exp   4 run
-- ARGV  1 how many of each at most
-- Returns {holds ended, names of the runs ended, room; empty when nothing changed}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- Subtracted from nought below: minus nought is no number to Redis.
local holds, ended, freed, stopped = 0, {}, 0, 0
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, ARGV[1])) do
  holds = holds + redis.call('ZREM', KEYS[3], member)
  freed = freed + tonumber(string.match(member, '^%d+'))
end
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now, 'LIMIT', 0, ARGV[1])) do
  redis.call('ZREM', KEYS[4], member)
  stopped = stopped + tonumber(string.match(member, '^%d+'))
  ended[#ended + 1] = string.match(member, '|(.*)$')
end
if holds + #ended == 0 then return { 0, {}, {} } end
local reserved = redis.call('HINCRBY', KEYS[2], 'reserved', 0 - freed)
local running = redis.call('HINCRBY', KEYS[2], 'running', 0 - stopped)
local version = redis.call('HINCRBY', KEYS[2], 'version', 1)
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'state')
local max = redis.call('HGET', KEYS[2], 'max')
return { holds, ended, { tonumber(meta[1]), version, running, reserved, tonumber(max), meta[2] } }
