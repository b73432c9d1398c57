-- What was reserved runs. Refused at the hold's deadline and after, swept or not: somebody else may have the room.
-- KEYS  1 meta   2 cap   3 exp   4 run   5 the lease
-- ARGV  1 lease   2 fence   3 ms that a run may go without a word   4 ms that it is known of a lease that has ended
-- Returns {'OK', 1 when it is new, room}, {'FENCED'}, {'GONE', how}, {'EPOCH'} or {'UNKNOWN'}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[5], 'state', 'slots', 'fence', 'epoch')
if not known[1] then return { 'UNKNOWN' } end
if known[3] ~= ARGV[2] and known[3] ~= '*' then return { 'FENCED' } end
local member = known[2] .. '|' .. ARGV[1]
if redis.call('ZSCORE', KEYS[4], member) then return { 'OK', 0, {} } end
if known[1] == 'RELEASED' then return { 'GONE', 'RELEASED' } end
if known[1] == 'COMMITTED' then return { 'GONE', 'LOST' } end
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'state')
if known[4] ~= meta[1] then return { 'EPOCH' } end
local till = redis.call('ZSCORE', KEYS[3], member)
if not till or tonumber(till) <= now then return { 'GONE', 'EXPIRED' } end
if redis.call('ZREM', KEYS[3], member) ~= 1 then return { 'GONE', 'EXPIRED' } end
redis.call('ZADD', KEYS[4], now + ARGV[3], member)
local cap = redis.call('HMGET', KEYS[2], 'max', 'running', 'reserved', 'version')
local running, reserved = cap[2] + known[2], cap[3] - known[2]
redis.call('HSET', KEYS[2], 'running', running, 'reserved', reserved, 'version', cap[4] + 1)
redis.call('HSET', KEYS[5], 'state', 'COMMITTED')
redis.call('PEXPIRE', KEYS[5], ARGV[3] + ARGV[4])
return { 'OK', 1, { tonumber(meta[1]), cap[4] + 1, running, reserved, tonumber(cap[1]), meta[2] } }
