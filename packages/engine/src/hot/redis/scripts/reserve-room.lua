-- Holds slots of a node for a while. The same lease again gets the same answer and no second hold.
-- KEYS  1 meta   2 cap   3 exp   4 run   5 the lease
-- ARGV  1 lease   2 slots   3 ms that it is held   4 epoch that is expected, '' for any
--       5 ms that it is known of a lease that has ended   6… fields and values of its holder
-- Returns {'OK', fence, free, room}, {'FULL', free, room}, {'NOT_READY', state}, {'EPOCH', epoch}, {'NO_NODE'} or
-- {'GONE'}; the room empty when nothing changed.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'state', 'era')
if not meta[1] then return { 'NO_NODE' } end
local cap = redis.call('HMGET', KEYS[2], 'max', 'running', 'reserved', 'fence', 'version')
local max, running, reserved = tonumber(cap[1]), tonumber(cap[2]), tonumber(cap[3])
local known = redis.call('HMGET', KEYS[5], 'fence', 'slots')
if known[1] then
  local member = known[2] .. '|' .. ARGV[1]
  local till = redis.call('ZSCORE', KEYS[3], member)
  if not redis.call('ZSCORE', KEYS[4], member) and not (till and tonumber(till) > now) then return { 'GONE' } end
  return { 'OK', known[1], math.max(max - running - reserved, 0), {} }
end
if ARGV[4] ~= '' and ARGV[4] ~= meta[1] then return { 'EPOCH', tonumber(meta[1]) } end
if meta[2] ~= 'ready' and meta[2] ~= 'degraded' then return { 'NOT_READY', meta[2] } end
local slots, version = tonumber(ARGV[2]), tonumber(cap[5])
local over = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 64)
for _, member in ipairs(over) do
  reserved = reserved - redis.call('ZREM', KEYS[3], member) * tonumber(string.match(member, '^%d+'))
end
local free = math.max(max - running - reserved, 0)
if free < slots then
  if #over == 0 then return { 'FULL', free, {} } end
  redis.call('HSET', KEYS[2], 'reserved', reserved, 'version', version + 1)
  return { 'FULL', free, { tonumber(meta[1]), version + 1, running, reserved, max, meta[2] } }
end
local number = tonumber(cap[4] or '0') + 1
local fence = string.format('%.0f', tonumber(meta[3]) * 4294967296 + number)
reserved = reserved + slots
redis.call('ZADD', KEYS[3], now + ARGV[3], ARGV[2] .. '|' .. ARGV[1])
redis.call('HSET', KEYS[2], 'reserved', reserved, 'fence', number, 'version', version + 1)
redis.call('HSET', KEYS[5], 'state', 'RESERVED', 'slots', ARGV[2], 'fence', fence, 'epoch', meta[1], 'created', now,
  unpack(ARGV, 6))
redis.call('PEXPIRE', KEYS[5], ARGV[3] + ARGV[5])
return { 'OK', fence, free - slots, { tonumber(meta[1]), version + 1, running, reserved, max, meta[2] } }
