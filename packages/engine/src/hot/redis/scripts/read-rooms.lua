-- The loads of nodes.
-- KEYS  2n - 1 meta   2n cap, of each node
-- Returns for each node {reason, usage (JSON) or '', instant of the last beat or '', room}, or {} for an unknown one.
local loads = {}
for at = 1, #KEYS, 2 do
  local meta = redis.call('HMGET', KEYS[at], 'epoch', 'state', 'reason', 'usage', 'last_hb')
  local load = {}
  if meta[1] then
    local cap = redis.call('HMGET', KEYS[at + 1], 'version', 'running', 'reserved', 'max')
    for i = 1, 4 do cap[i] = tonumber(cap[i] or '0') end
    load = {
      meta[3], meta[4] or '', meta[5] or '',
      { tonumber(meta[1]), cap[1], cap[2], cap[3], cap[4], meta[2] },
    }
  end
  loads[#loads + 1] = load
end
return loads
