-- include: _common
-- An agent's leg is over. ARGV: 4 reservation  5 leg
local id, leg = ARGV[4], ARGV[5]
local r = read(P .. 'reservation:' .. id, 'agent', 'leg')
redis.call('ZREM', P .. 'due', 'leg:' .. leg)
if r.leg == leg then redis.call('HSETNX', P .. 'reservation:' .. id, 'leg_over', now) end
local agent = r.agent
if agent ~= '' and redis.call('HGET', P .. 'agent:' .. agent, 'leg') == leg then
  redis.call('HSET', P .. 'agent:' .. agent, 'leg', '')
end
return answer({ok = true})
