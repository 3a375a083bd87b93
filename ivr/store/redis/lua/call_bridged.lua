-- include: _offer
-- The caller's leg asks to be let into the room of its reservation.
-- ARGV: 4 reservation  5 call  6 ms after which the carrier is asked whether both are still there
-- Answer: {ok}
local id, call = ARGV[4], ARGV[5]
local key = P .. 'call:' .. call
local c = read(key, 'state', 'reservation', 'queue', 'agent')
if c.reservation ~= id or (c.state ~= 'accepted' and c.state ~= 'bridged') then return answer({ok = false}) end
if c.state == 'accepted' then
  redis.call('HSET', key, 'state', 'bridged', 'bridged', now)
  redis.call('ZREM', P .. 'queue:' .. c.queue .. ':calls', call)
  redis.call('ZREM', P .. 'due', 'call:' .. call)
  redis.call('HSET', P .. 'reservation:' .. id, 'bridged', now, 'deadline', now + tonumber(ARGV[6]))
  redis.call('ZADD', P .. 'due', now + tonumber(ARGV[6]), 'offer:' .. id)
  emit('call.bridged', call, {agent = c.agent})
end
return answer({ok = true})
