-- include: _calls
-- Agents and queues as they are, for people. ARGV: 4 most calls listed a queue
local most = tonumber(ARGV[4])
local said = {agents = {}, queues = {}, now = now}
for _, agent in ipairs(redis.call('SMEMBERS', P .. 'agents')) do
  local a = read(P .. 'agent:' .. agent, 'state', 'since', 'deadline', 'reservation', 'call', 'pause_reason', 'wish',
    'misses', 'name')
  a.id, a.skills = agent, redis.call('HGET', P .. 'agents:skills', agent) or ''
  said.agents[#said.agents + 1] = a
end

local function record(call)
  local c = read(P .. 'call:' .. call, 'state', 'joined', 'start', 'offset', 'agent', 'group', 'reason', 'mode')
  c.call = call
  return c
end

for _, queue in ipairs(redis.call('SMEMBERS', P .. 'queues')) do
  local key = P .. 'queue:' .. queue
  local total, heads, listed = 0, {}, {}
  for _, call in ipairs(with_agents(queue)) do
    local c = record(call)
    if c.state ~= 'bridged' then
      total = total + 1
      if #listed < most then listed[#listed + 1] = c end
    end
  end
  for _, group in ipairs(redis.call('SMEMBERS', key .. ':groups')) do
    local calls = P .. 'group:' .. group .. ':calls'
    total = total + redis.call('ZCARD', calls)
    local some = most > 0 and redis.call('ZRANGE', calls, 0, most - 1, 'WITHSCORES') or {}
    for i = 1, #some, 2 do heads[#heads + 1] = {some[i], tonumber(some[i + 1])} end
  end
  table.sort(heads, function(one, other)
    if one[2] ~= other[2] then return one[2] < other[2] end
    return one[1] < other[1]
  end)
  for _, head in ipairs(heads) do
    if #listed >= most then break end
    listed[#listed + 1] = record(head[1])
  end
  said.queues[#said.queues + 1] = {name = queue, waiting = total, calls = listed}
end
return cjson.encode(said)
