-- Says that an instance lives; answers all that live and forgets the others.
-- KEYS  1 sorted set: instance id by the instant until which it lives
--       2 hash: instance id -> card (JSON)
-- ARGV  1 instance id   2 card   3 how long it lives, ms
-- Returns the cards of all that live.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 3600000) end
local cards = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local card = redis.call('HGET', KEYS[2], id)
  if card then cards[#cards + 1] = card end
end
return cards
