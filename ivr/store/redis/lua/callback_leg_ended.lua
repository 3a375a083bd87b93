-- include: _common
-- The leg of a caller who was called back is over. ARGV: 4 reservation  5 leg
local id, leg = ARGV[4], ARGV[5]
redis.call('ZREM', P .. 'due', 'leg:' .. leg)
if redis.call('HGET', P .. 'reservation:' .. id, 'caller_leg') == leg then
  redis.call('HSETNX', P .. 'reservation:' .. id, 'caller_over', now)
end
return answer({ok = true})
