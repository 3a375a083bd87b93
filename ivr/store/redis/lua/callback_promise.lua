-- include: _offer
-- By when a callback's caller may expect to be called, kept once: what comes is held against it.
-- ARGV: 4 callback  5 from, ms  6 until, ms
-- Answer: {kept}
local key = P .. 'call:' .. ARGV[4]
if redis.call('HGET', key, 'mode') ~= 'callback' or redis.call('HSETNX', key, 'promised_until', ARGV[6]) == 0 then
  return answer({kept = false})
end
redis.call('HSET', key, 'promised_from', ARGV[5])
unkept(ARGV[4])
return answer({kept = true})
