-- Begins an incarnation of a node. Holds of the one before are void; of what the node says that it runs stays what is
-- known to, and, while the hot state recovers, what it has forgotten.
-- KEYS  1 meta   2 cap   3 exp   4 run   5… one lease each that the node says it has in hand
-- ARGV  1 capacity   2 state   3 reason   4 era   5 '1' while recovering   6 ms that a run may go without a word
--       7 ms that it is known of a lease that has ended   8 last epoch known elsewhere   9… names of the leases
-- Returns {'OK', positions to keep, positions to drop, names of lost runs, room}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'era')
local cap = redis.call('HMGET', KEYS[2], 'version', 'last_epoch')
local epoch = math.max(tonumber(meta[1] or cap[2] or '0'), tonumber(ARGV[8])) + 1
local era = math.max(tonumber(meta[2] or '0'), tonumber(ARGV[4]))
local runs, kept = {}, {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do runs[member] = true end
local keep, drop, lost = {}, {}, {}
for i = 9, #ARGV do
  local lease, key = ARGV[i], KEYS[i - 4]
  local slots = redis.call('HGET', key, 'slots')
  local member = (slots or '1') .. '|' .. lease
  local takes = slots and runs[member]
  if slots and not takes then
    local till = redis.call('ZSCORE', KEYS[3], member)
    takes = till and tonumber(till) > now
  elseif not slots and ARGV[5] == '1' then
    -- Nobody knows its fence any more: whoever names the lease may end it.
    redis.call('HSET', key, 'slots', '1', 'fence', '*')
    takes = true
  end
  if takes then
    redis.call('ZADD', KEYS[4], now + ARGV[6], member)
    redis.call('HSET', key, 'state', 'COMMITTED', 'epoch', epoch)
    redis.call('PEXPIRE', key, ARGV[6] + ARGV[7])
    kept[member] = true
    keep[#keep + 1] = i - 8
  else
    drop[#drop + 1] = i - 8
  end
end
for member in pairs(runs) do
  if not kept[member] then
    redis.call('ZREM', KEYS[4], member)
    lost[#lost + 1] = string.match(member, '|(.*)$')
  end
end
redis.call('DEL', KEYS[3])
local running = 0
for member in pairs(kept) do running = running + tonumber(string.match(member, '^%d+')) end
local version = tonumber(cap[1] or '0') + 1
redis.call('HSET', KEYS[1], 'epoch', epoch, 'era', era, 'state', ARGV[2], 'reason', ARGV[3], 'missing', '')
redis.call('HSET', KEYS[2], 'max', ARGV[1], 'running', running, 'reserved', 0, 'version', version)
redis.call('HDEL', KEYS[2], 'last_epoch')
redis.call('PERSIST', KEYS[2])
return { 'OK', keep, drop, lost, { epoch, version, running, 0, tonumber(ARGV[1]), ARGV[2] } }
