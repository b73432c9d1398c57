-- Gives slots back, whether they were held or ran. A counter moves only with the member that it counts.
-- KEYS  1 meta   2 cap   3 exp   4 run   5 the lease
-- ARGV  1 lease   2 fence   3 ms that it is known of a lease that has ended
-- Returns {'OK', 1 when it is new, room}, {'FENCED'} or {'UNKNOWN'}.
local known = redis.call('HMGET', KEYS[5], 'state', 'slots', 'fence')
if not known[1] then return { 'UNKNOWN' } end
if known[3] ~= ARGV[2] and known[3] ~= '*' then return { 'FENCED' } end
local member, slots = known[2] .. '|' .. ARGV[1], tonumber(known[2])
local held = redis.call('ZREM', KEYS[3], member)
local ran = held == 0 and redis.call('ZREM', KEYS[4], member) or 0
if held + ran == 0 then return { 'OK', 0, {} } end
local cap = redis.call('HMGET', KEYS[2], 'max', 'running', 'reserved', 'version')
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'state')
local running, reserved = cap[2] - ran * slots, cap[3] - held * slots
redis.call('HSET', KEYS[2], 'running', running, 'reserved', reserved, 'version', cap[4] + 1)
redis.call('HSET', KEYS[5], 'state', 'RELEASED')
redis.call('PEXPIRE', KEYS[5], ARGV[3])
return { 'OK', 1, { tonumber(meta[1]), cap[4] + 1, running, reserved, tonumber(cap[1]), meta[2] } }
