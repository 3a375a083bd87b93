-- include: _offer
-- The agent's leg is known: from the carrier's answer, from its first request or from a look-up, whichever came first.
-- ARGV: 4 reservation  5 leg  6 ms until it has rung out  7 1: the agent has picked up
-- Answer: {ok, call, agent} | {stale = state or other leg}
local id, leg = ARGV[4], ARGV[5]
local key = P .. 'reservation:' .. id
local r = offer_of(id, 'call', 'agent', 'state', 'leg', 'answered', 'cause', 'ended')
if r.leg ~= '' and r.leg ~= leg then return answer({stale = 'other_leg'}) end
if r.state == 'accepted' and r.ended ~= '' then return answer({stale = 'caller_gone'}) end
if r.state == 'accepted' and current(id, r) then
  return answer({ok = true, call = r.call, agent = r.agent, accepted = true})
end
if not OPEN[r.state] or not current(id, r) then return answer({stale = r.cause ~= '' and r.cause or 'unknown'}) end
if r.state == 'pending' then
  -- A phone rings for the call from now on, not since the match: the turn at the carrier may have taken its time.
  local first = true
  for _, other in ipairs(words(redis.call('HGET', P .. 'call:' .. r.call, 'reservation'))) do
    first = first and redis.call('HGET', P .. 'reservation:' .. other, 'state') ~= 'ringing'
  end
  if first then redis.call('HSET', P .. 'call:' .. r.call, 'rung_from', now) end
  redis.call('HSET', key, 'state', 'ringing', 'leg', leg)
  redis.call('HSET', P .. 'agent:' .. r.agent, 'leg', leg)
end
if r.state == 'pending' or (ARGV[7] == '1' and r.answered == '') then
  redis.call('HSET', key, 'deadline', now + tonumber(ARGV[6]))
  redis.call('ZADD', P .. 'due', now + tonumber(ARGV[6]), 'offer:' .. id)
end
if ARGV[7] == '1' and r.answered == '' then redis.call('HSET', key, 'answered', now) end
return answer({ok = true, call = r.call, agent = r.agent})
