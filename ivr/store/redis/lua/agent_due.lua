-- include: _match
-- A wrap-up or back-off that has reached its deadline ends. ARGV: 4 agent. Answer: {state}
local agent = ARGV[4]
local a = read(P .. 'agent:' .. agent, 'state', 'deadline')
local deadline = tonumber(a.deadline) or 0
if (a.state == 'wrap_up' or a.state == 'paused') and deadline > 0 then
  if deadline <= now then
    free(agent)
  else
    redis.call('ZADD', P .. 'due', deadline, 'agent:' .. agent)
  end
else
  redis.call('ZREM', P .. 'due', 'agent:' .. agent)
end
return answer({state = redis.call('HGET', P .. 'agent:' .. agent, 'state') or 'offline'})
