-- Ends a term of leadership before its time.
-- KEYS  1 string: who leads
-- ARGV  1 instance id
-- Returns 1 when that instance led, else 0.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
