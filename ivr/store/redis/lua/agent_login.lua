-- include: _match
-- An agent logs in, or their skills change while they are.
-- ARGV: 4 agent  5 name  6 skills  7 number of the groups as the caller saw them  8 1: only take over skills where they are
--       logged in, a wish they have stays  then group and how skilled the agent is in it, for each they may serve
-- Answer: {stale} where a group was made or forgotten meanwhile (nothing was done: look again), else {state}
local agent, key = ARGV[4], P .. 'agent:' .. ARGV[4]
if (redis.call('HGET', P .. 'groups:meta', 'last') or '0') ~= ARGV[7] then return cjson.encode({stale = true}) end
local a = person(agent)
local present = a.state ~= '' and a.state ~= 'offline'
if ARGV[8] == '1' and not present then return answer({state = 'offline'}) end
if present then
  unlist(agent, a)
  count_out(agent, a)
end
redis.call('DEL', P .. 'agent:' .. agent .. ':levels')
local groups = {}
for i = 9, #ARGV, 2 do
  local group = ARGV[i]
  groups[#groups + 1] = group
  redis.call('SADD', P .. 'group:' .. group .. ':staff', agent)
  if string.find(group, '^[MS]') then redis.call('HSET', P .. 'agent:' .. agent .. ':levels', group, ARGV[i + 1]) end
end
if a.state == '' then
  -- Short values make a list of a hash: one place in memory. What a match reads and writes comes first in it.
  redis.call('HSET', key, 'state', 'offline', 'since', NOW, 'deadline', '0', 'busy', '0', 'misses', '0', 'wish', '',
    'groups', '', 'reservation', '', 'call', '', 'offered', '0')
end
redis.call('HSET', key, 'name', ARGV[5], 'groups', table.concat(groups, ' '))
redis.call('HSET', P .. 'agents:skills', agent, ARGV[6])
if ARGV[8] ~= '1' then redis.call('HSET', key, 'wish', '', 'wish_reason', '') end
redis.call('SADD', P .. 'agents', agent)
if not present then
  redis.call('HSET', key, 'misses', 0, 'login', now, 'calls', 0, 'busy', 0, 'offered', 0)
  free(agent, {state = 'offline', deadline = '', busy = '0', wish = '', groups = table.concat(groups, ' ')})
elseif a.state == 'available' then
  a.groups = table.concat(groups, ' ')
  if not match_agent(agent, a) then enlist(agent, a.since) end
end
return answer({state = redis.call('HGET', key, 'state')})
