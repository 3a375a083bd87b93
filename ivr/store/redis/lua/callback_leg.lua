-- include: _offer
-- The leg of a caller being called back is known: from the carrier's answer, its first request or a look-up.
-- ARGV: 4 reservation  5 leg  6 ms until it counts as not reached  7 1: it was picked up
-- Answer: {ok, call, agent} | {stale = why}
local id, leg = ARGV[4], ARGV[5]
local key = P .. 'reservation:' .. id
local r = read(key, 'call', 'agent', 'state', 'ended', 'mode', 'caller_leg', 'caller_up', 'cause', 'bridged')
if r.mode ~= 'callback' then return answer({stale = 'unknown'}) end
if r.caller_leg ~= '' and r.caller_leg ~= leg then return answer({stale = 'other_leg'}) end
if r.state ~= 'accepted' or r.ended ~= '' or not current(id, r) then
  return answer({stale = r.cause ~= '' and r.cause or 'ended'})
end
local up = ARGV[7] == '1' and r.caller_up == ''
if r.bridged == '' and (r.caller_leg == '' or up) then
  redis.call('HSET', key, 'deadline', now + tonumber(ARGV[6]))
  redis.call('ZADD', P .. 'due', now + tonumber(ARGV[6]), 'offer:' .. id)
end
redis.call('HSET', key, 'caller_leg', leg)
if up then redis.call('HSET', key, 'caller_up', now) end
return answer({ok = true, call = r.call, agent = r.agent})
