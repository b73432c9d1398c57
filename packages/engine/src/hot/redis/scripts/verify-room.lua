-- Holds the counters of a node against what they count, and mends them.
-- KEYS  1 meta   2 cap   3 exp   4 run
-- Returns {by how much they differed, room; empty when nothing changed}.
local cap = redis.call('HMGET', KEYS[2], 'running', 'reserved', 'max')
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'state')
if not meta[1] or not cap[3] then return { 0, {} } end
local function sum(key)
  local total = 0
  for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do total = total + tonumber(string.match(member, '^%d+')) end
  return total
end
local reserved, running = sum(KEYS[3]), sum(KEYS[4])
local drift = math.abs(reserved - tonumber(cap[2])) + math.abs(running - tonumber(cap[1]))
if drift == 0 then return { 0, {} } end
redis.call('HSET', KEYS[2], 'running', running, 'reserved', reserved)
local version = redis.call('HINCRBY', KEYS[2], 'version', 1)
return { drift, { tonumber(meta[1]), version, running, reserved, tonumber(cap[3]), meta[2] } }
