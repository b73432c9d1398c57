-- Takes tokens from a bucket that is full at first and forgotten when it is full again.
-- KEYS  1 hash: level, at
-- ARGV  1 capacity   2 ms until one token comes back   3 tokens to take; negative ones are put back
-- Returns 0, or the ms until there are as many; then none is taken.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local capacity, refill, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'level', 'at')
local level = tonumber(known[1]) or capacity
local at = tonumber(known[2]) or now
level = math.min(capacity, level + math.max(now - at, 0) / refill)
local missing = wanted - level
if missing <= 0 then level = math.min(capacity, level - wanted) end
redis.call('HSET', KEYS[1], 'level', tostring(level), 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - level) * refill) + 1)
if missing <= 0 then return 0 end
return math.ceil(missing * refill)
