-- The era that is known.
-- KEYS  1 string: era
-- Returns it, or 0 when all was forgotten.
return tonumber(redis.call('GET', KEYS[1]) or '0')
