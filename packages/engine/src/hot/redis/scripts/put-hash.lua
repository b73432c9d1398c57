-- Replaces a hash and says how long it is kept.
-- KEYS  1 hash
-- ARGV  1 how long it is kept, ms   2… field, value, field, value
-- Returns the number of fields.
redis.call('DEL', KEYS[1])
for at = 2, #ARGV - 1, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
if #ARGV > 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return (#ARGV - 1) / 2
