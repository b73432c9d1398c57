-- A node says how it does and what it runs: that is renewed, what it does not know of twice is lost.
-- KEYS  1 meta   2 cap   3 exp   4 run   5… one lease each that the node says it has in hand
-- ARGV  1 epoch   2 usage (JSON)   3 ms that a run may go without a word   4 ms after which a missing run is lost
--       5 ms that it is known of a lease that has ended   6… names of the leases
-- Returns {'OK', positions to drop, names of lost runs, room; the room empty when nothing changed}, {'EPOCH', epoch} or
-- {'NO_NODE'}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'state', 'missing')
if not meta[1] then return { 'NO_NODE' } end
if meta[1] ~= ARGV[1] then return { 'EPOCH', tonumber(meta[1]) } end
local named, drop, lost = {}, {}, {}
for i = 6, #ARGV do
  local lease, key = ARGV[i], KEYS[i - 1]
  local slots = redis.call('HGET', key, 'slots')
  local member = slots and slots .. '|' .. lease
  if member and redis.call('ZSCORE', KEYS[4], member) then
    redis.call('ZADD', KEYS[4], now + ARGV[3], member)
    redis.call('PEXPIRE', key, ARGV[3] + ARGV[5])
    named[member] = true
  else
    -- It may have begun what it has yet to confirm.
    local till = member and redis.call('ZSCORE', KEYS[3], member)
    if not till or tonumber(till) <= now then drop[#drop + 1] = i - 5 end
  end
end
local before, missing, freed = {}, {}, 0
for member in string.gmatch(meta[3] or '', '[^\n]+') do before[member] = true end
local runs = redis.call('ZRANGE', KEYS[4], 0, -1, 'WITHSCORES')
for i = 1, #runs, 2 do
  local member = runs[i]
  if not named[member] then
    -- Its deadline tells when it was last heard of.
    local silent = now - (tonumber(runs[i + 1]) - ARGV[3])
    if before[member] and silent > tonumber(ARGV[4]) then
      freed = freed + redis.call('ZREM', KEYS[4], member) * tonumber(string.match(member, '^%d+'))
      lost[#lost + 1] = string.match(member, '|(.*)$')
    else
      missing[#missing + 1] = member
    end
  end
end
redis.call('HSET', KEYS[1], 'usage', ARGV[2], 'last_hb', now, 'missing', table.concat(missing, '\n'))
if #lost == 0 then return { 'OK', drop, lost, {} } end
local running = redis.call('HINCRBY', KEYS[2], 'running', 0 - freed)
local version = redis.call('HINCRBY', KEYS[2], 'version', 1)
local cap = redis.call('HMGET', KEYS[2], 'reserved', 'max')
return { 'OK', drop, lost, { tonumber(meta[1]), version, running, tonumber(cap[1]), tonumber(cap[2]), meta[2] } }
