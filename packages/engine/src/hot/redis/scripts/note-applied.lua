-- Notes what an instance goes by.
-- KEYS  1 hash: instance -> JSON
-- ARGV  1 instance   2 JSON   3 how long the hash is kept, ms
-- Returns 1.
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
