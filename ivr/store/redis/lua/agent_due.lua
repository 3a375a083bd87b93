-- include: _match
-- A wrap-up or back-off that has reached its deadline ends. ARGV: 4 agent. Answer: {state}
local agent = ARGV[4]
local a = person(agent)
local deadline = tonumber(a.deadline) or 0
if (a.state == 'wrap_up' or a.state == 'paused') and deadline > 0 then
  if deadline <= now then
    redis.call('ZREM', P .. 'due', 'agent:' .. agent)
    a.state = free(agent, a)
  else
    redis.call('ZADD', P .. 'due', deadline, 'agent:' .. agent)
  end
else
  redis.call('ZREM', P .. 'due', 'agent:' .. agent)
end
return answer({state = a.state ~= '' and a.state or 'offline'})
