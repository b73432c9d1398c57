-- Says how a node does, unless a leader of a later term has spoken or the node is unknown.
-- KEYS  1 meta   2 cap
-- ARGV  1 state   2 reason   3 term of the leader, '' where nobody need lead
-- Returns {1, room} when it is said, else {0}.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'leader_term')
if not meta[1] then return { 0 } end
if ARGV[3] ~= '' then
  if tonumber(ARGV[3]) < tonumber(meta[2] or '0') then return { 0 } end
  redis.call('HSET', KEYS[1], 'leader_term', ARGV[3])
end
redis.call('HSET', KEYS[1], 'state', ARGV[1], 'reason', ARGV[2])
local version = redis.call('HINCRBY', KEYS[2], 'version', 1)
local cap = redis.call('HMGET', KEYS[2], 'running', 'reserved', 'max')
return { 1, { tonumber(meta[1]), version, tonumber(cap[1]), tonumber(cap[2]), tonumber(cap[3]), ARGV[1] } }
