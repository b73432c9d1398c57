-- What a hash holds.
-- KEYS  1 hash
-- Returns {field, value, field, value, …}; nothing when there is none.
return redis.call('HGETALL', KEYS[1])
