-- Publishes a version of a document, unless a later term or another version is known.
-- KEYS  1 hash: version, term   2 hash: version -> body (JSON), the last ones
-- ARGV  1 expected current version, 0 for none   2 term   3 body   4 versions kept
-- Returns {'published', version}, {'conflict', version} or {'fenced', term}.
local known = redis.call('HMGET', KEYS[1], 'version', 'term')
local version, latest = tonumber(known[1]) or 0, tonumber(known[2]) or 0
if tonumber(ARGV[2]) < latest then return { 'fenced', latest } end
local expected = tonumber(ARGV[1])
-- Nothing known: the first version, or all was lost and the publisher knows better.
if version ~= 0 and version ~= expected then return { 'conflict', version } end
local next = expected + 1
redis.call('HSET', KEYS[2], next, ARGV[3])
redis.call('HDEL', KEYS[2], next - ARGV[4])
redis.call('HSET', KEYS[1], 'version', next, 'term', ARGV[2])
return { 'published', next }
