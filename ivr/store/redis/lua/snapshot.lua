-- include: _common
-- Agents and queues as they are, for people. ARGV: 4 most calls listed a queue
local said = {agents = {}, queues = {}, now = now}
for _, agent in ipairs(redis.call('SMEMBERS', P .. 'agents')) do
  local a = read(P .. 'agent:' .. agent, 'state', 'since', 'deadline', 'reservation', 'call', 'pause_reason', 'wish',
    'misses', 'name', 'skills')
  a.id = agent
  said.agents[#said.agents + 1] = a
end
for _, queue in ipairs(redis.call('SMEMBERS', P .. 'queues')) do
  local key = P .. 'queue:' .. queue .. ':calls'
  local calls = redis.call('ZRANGE', key, 0, tonumber(ARGV[4]) - 1)
  local listed = {}
  for i, call in ipairs(calls) do
    local c = read(P .. 'call:' .. call, 'state', 'joined', 'virtual_start', 'agent', 'group', 'reason')
    c.call = call
    listed[i] = c
  end
  said.queues[#said.queues + 1] = {name = queue, waiting = redis.call('ZCARD', key), calls = listed}
end
return cjson.encode(said)
