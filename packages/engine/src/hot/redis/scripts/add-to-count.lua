-- Adds to a count that begins anew with each window.
-- KEYS  1 counter
-- ARGV  1 amount   2 length of the window, ms
-- Returns the sum, and the ms until the window ends.
local total = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
return { total, left }
