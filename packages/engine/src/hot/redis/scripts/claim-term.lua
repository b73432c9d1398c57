-- Begins or prolongs a term of leadership.
-- KEYS  1 string: who leads, gone when the term has ended   2 counter: the last term
-- ARGV  1 instance id   2 length of the term, ms   3 highest term known elsewhere
-- Returns {1, term} when that instance leads now, {0, term} when somebody else does.
local leader = redis.call('GET', KEYS[1])
local last, floor = tonumber(redis.call('GET', KEYS[2]) or '0'), tonumber(ARGV[3])
if leader and leader ~= ARGV[1] then return { 0, last } end
if leader and last > 0 and last >= floor then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return { 1, last }
end
-- The counter does not expire; where it was lost, the highest term known elsewhere stands in for it.
local term = math.max(last, floor) + 1
redis.call('SET', KEYS[2], term)
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return { 1, term }
