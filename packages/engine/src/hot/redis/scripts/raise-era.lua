-- Begins an era; an earlier one changes nothing.
-- KEYS  1 string: era
-- ARGV  1 era
-- Returns the era that is known now.
local era = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), tonumber(ARGV[1]))
redis.call('SET', KEYS[1], era)
return era
