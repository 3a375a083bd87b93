-- include: _offer
-- The carrier certainly didn't ring and may be asked again: the intent is taken back until then.
-- ARGV: 4 reservation  5 ms until then
local r = offer_of(ARGV[4], 'state')
if r.state == 'pending' then
  redis.call('HDEL', P .. 'reservation:' .. ARGV[4], 'intent')
  redis.call('HSET', P .. 'reservation:' .. ARGV[4], 'deadline', now + tonumber(ARGV[5]))
  redis.call('ZADD', P .. 'due', now + tonumber(ARGV[5]), 'offer:' .. ARGV[4])
end
return answer({ok = r.state == 'pending'})
