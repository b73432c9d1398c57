-- The current version of a published document.
-- KEYS  1 hash: version, term   2 hash: version -> body
-- Returns {version, term, body}, or nothing when there is none.
local known = redis.call('HMGET', KEYS[1], 'version', 'term')
if not known[1] then return {} end
local body = redis.call('HGET', KEYS[2], known[1])
if not body then return {} end
return { tonumber(known[1]), tonumber(known[2]), body }
