-- include: _offer
-- The caller's leg asks to be let into the room of its reservation.
-- ARGV: 4 reservation  5 call  6 ms after which the carrier is asked whether both are still there
-- Answer: {ok}
local id, call = ARGV[4], ARGV[5]
local key = P .. 'call:' .. call
local c = load(call)
if c.reservation ~= id or (c.state ~= 'accepted' and c.state ~= 'bridged') then return answer({ok = false}) end
if c.state == 'accepted' then
  redis.call('HSET', key, 'state', 'bridged', 'bridged', now)
  if c.rings ~= '' then redis.call('ZREM', P .. 'due', 'ring:' .. call) end
  redis.call('HSET', P .. 'reservation:' .. id, 'bridged', now, 'deadline', now + tonumber(ARGV[6]))
  redis.call('ZADD', P .. 'due', now + tonumber(ARGV[6]), 'offer:' .. id)
  redis.call('HINCRBY', P .. 'agent:' .. c.agent, 'calls', 1)
  redis.call('HSET', P .. 'agent:' .. c.agent, 'talk', id)
  local waited = now - c.joined
  redis.call('HSET', P .. 'queue:' .. c.queue, 'last_wait', waited, 'last_answered', now)
  pace(c.queue, 'a')
  emit('call.bridged', call, {agent = c.agent, offer = id, queue = c.queue, waited_ms = waited})
end
return answer({ok = true})
