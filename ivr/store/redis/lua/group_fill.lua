-- include: _match
-- Puts agents who were logged in before a group was made into it, and declares it ready.
-- ARGV: 4 group, then agent and skills for each who may serve it. An agent whose skills are no longer those given has
-- been set anew since, with this group already in view: nothing to do for them. Adding twice changes nothing.
local group = ARGV[4]
for i = 5, #ARGV, 2 do
  local agent = ARGV[i]
  local a = read(P .. 'agent:' .. agent, 'state', 'skills', 'since')
  if a.skills == ARGV[i + 1] and a.state ~= '' and a.state ~= 'offline' then
    redis.call('SADD', P .. 'agent:' .. agent .. ':groups', group)
    redis.call('SADD', P .. 'group:' .. group .. ':staff', agent)
    if a.state == 'available' then redis.call('ZADD', P .. 'group:' .. group .. ':agents', a.since, agent) end
  end
end
redis.call('HSET', P .. 'groups:meta', 'ready:' .. group, 1)
return answer({ok = true})
