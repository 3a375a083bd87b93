-- include: _offer
-- The intent to ring, recorded before the carrier is asked: one process at a time may ask.
-- ARGV: 4 reservation  5 ms until somebody may look whether the leg was made  6 1: again, after looking in vain
-- Answer: {agent, call, ring_ms, to_number, leg = one of the agent's that may still be up} | {refused = state}
local id = ARGV[4]
local key = P .. 'reservation:' .. id
local r = offer_of(id, 'call', 'agent', 'state', 'intent', 'queue')
if r.state ~= 'pending' or not current(id, r) then return answer({refused = r.state}) end
if r.intent ~= '' and ARGV[6] ~= '1' then return answer({refused = 'asked'}) end
local a = read(P .. 'agent:' .. r.agent, 'leg')
redis.call('HSET', key, 'intent', now, 'deadline', now + tonumber(ARGV[5]))
local attempts = redis.call('HINCRBY', key, 'attempts', 1)
redis.call('ZADD', P .. 'due', now + tonumber(ARGV[5]), 'offer:' .. id)
return answer({agent = r.agent, call = r.call, ring_ms = rule(r.queue, 'ring_ms'), leg = a.leg, attempts = attempts,
  to_number = redis.call('HGET', P .. 'call:' .. r.call, 'to') or ''})
