-- A node's load.
-- KEYS  1 meta   2 cap
-- Returns {reason, usage (JSON) or '', instant of the last beat or '', room}, or nothing for an unknown node.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'state', 'reason', 'usage', 'last_hb')
if not meta[1] then return {} end
local cap = redis.call('HMGET', KEYS[2], 'version', 'running', 'reserved', 'max')
for i = 1, 4 do cap[i] = tonumber(cap[i] or '0') end
return {
  meta[3], meta[4] or '', meta[5] or '',
  { tonumber(meta[1]), cap[1], cap[2], cap[3], cap[4], meta[2] },
}
