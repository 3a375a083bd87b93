-- include: _agents
-- After-call work takes longer: its lease ends later. ARGV: 4 agent  5 ms more; 0: what came of the talk was said, and a
-- wish that waited for that is granted  6 the longest it may last in all, ms
-- Answer: {state} | {refused = state}
local key = P .. 'agent:' .. ARGV[4]
local a = person(ARGV[4])
if a.state ~= 'wrap_up' then return answer({refused = a.state ~= '' and a.state or 'offline'}) end
if ARGV[5] == '0' then
  redis.call('HSET', key, 'owes', '')
  if grant_wish(ARGV[4], a) then return answer({state = a.wish}) end
end
local deadline = math.max(now, tonumber(a.deadline) or now) + tonumber(ARGV[5])
deadline = math.max(now, math.min(deadline, (tonumber(a.since) or now) + tonumber(ARGV[6])))
redis.call('HSET', key, 'deadline', deadline)
redis.call('ZADD', P .. 'due', deadline, 'agent:' .. ARGV[4])
if tonumber(ARGV[5]) > 0 then emit('agent.changed', '', {agent = ARGV[4], state = 'wrap_up', reason = 'extended'}) end
return answer({state = 'wrap_up'})
