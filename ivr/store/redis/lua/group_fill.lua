-- include: _match
-- Puts agents who were logged in before a group was made into it, and declares it ready.
-- ARGV: 4 group  5 its name, then agent, skills and how skilled they are in it, for each who may serve it. An agent whose
-- skills are no longer those given has been set anew since, with this group already in view: nothing to do for them.
-- Adding twice changes nothing.
local group = ARGV[4]
for i = 6, #ARGV, 3 do
  local agent = ARGV[i]
  local a = read(P .. 'agent:' .. agent, 'state', 'groups', 'since', 'calls', 'busy', 'login', 'offered')
  if redis.call('HGET', P .. 'agents:skills', agent) == ARGV[i + 1] and a.state ~= '' and a.state ~= 'offline' then
    if not has_word(a.groups, group) then redis.call('HSET', P .. 'agent:' .. agent, 'groups', a.groups .. ' ' .. group) end
    if string.find('MS', string.sub(group, 1, 1), 1, true) then
      redis.call('HSET', P .. 'agent:' .. agent .. ':levels', group, ARGV[i + 2])
    end
    redis.call('SADD', P .. 'group:' .. group .. ':staff', agent)
    if a.state == 'available' then list_in(agent, group, a, tonumber(a.since)) end
  end
end
redis.call('HSET', P .. 'groups:ready', ARGV[5], group)
return answer({ok = true})
