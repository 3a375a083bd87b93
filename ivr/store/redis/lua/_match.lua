-- include: _agents
-- The match: a call and an agent are taken out of their lists and bound by a reservation, in one step.

local function line_add(call, c)
  redis.call('ZADD', P .. 'group:' .. c.group .. ':calls', c.score, call)
  redis.call('SADD', P .. 'groups:waiting', c.group)
  redis.call('ZADD', P .. 'queue:' .. c.queue .. ':calls', c.score, call)
end

local function group_remove(call, group)
  local calls = P .. 'group:' .. group .. ':calls'
  redis.call('ZREM', calls, call)
  if redis.call('EXISTS', calls) == 0 then redis.call('SREM', P .. 'groups:waiting', group) end
end

local function reserve(call, agent)
  local c = read(P .. 'call:' .. call, 'group', 'queue', 'mode')
  local epoch = redis.call('HINCRBY', P .. 'call:' .. call, 'epoch', 1)
  local id = call .. '-' .. epoch
  unlist(agent)
  group_remove(call, c.group)
  redis.call('HSET', P .. 'call:' .. call, 'state', 'offered', 'reservation', id, 'agent', agent)
  redis.call('HSET', P .. 'reservation:' .. id, 'call', call, 'agent', agent, 'epoch', epoch, 'state', 'pending',
    'queue', c.queue, 'mode', c.mode, 'made', now, 'deadline', now + grace)
  redis.call('ZADD', P .. 'due', now + grace, 'offer:' .. id)
  redis.call('HSET', P .. 'agent:' .. agent, 'reservation', id, 'call', call)
  set_state(agent, 'reserved', '', 0)
  emit('call.offered', call, {agent = agent})
  offers[#offers + 1] = id
end

-- The smallest (class, order) among the heads of the agent's groups in which somebody waits.
local function match_agent(agent)
  local best, best_score
  for _, group in ipairs(redis.call('SINTER', P .. 'agent:' .. agent .. ':groups', P .. 'groups:waiting')) do
    local head = redis.call('ZRANGE', P .. 'group:' .. group .. ':calls', 0, 0, 'WITHSCORES')
    if head[1] then
      local score = tonumber(head[2])
      if not best or score < best_score or (score == best_score and head[1] < best) then
        best, best_score = head[1], score
      end
    end
  end
  if not best then return false end
  reserve(best, agent)
  return true
end

-- The first of the available agents of the call's group.
local function match_call(call, group)
  local head = redis.call('ZRANGE', P .. 'group:' .. group .. ':agents', 0, 0)
  if not head[1] then return false end
  reserve(call, head[1])
  return true
end

-- An agent is free: to the next call, or into the lists. A wish kept meanwhile goes first.
local function free(agent)
  if grant_wish(agent) then return end
  set_state(agent, 'available', '', 0)
  if not match_agent(agent) then enlist(agent, now) end
end

-- A call whose agent didn't come: back to its place, and to the next agent.
local function back_in_line(call)
  local c = read(P .. 'call:' .. call, 'group', 'queue', 'score')
  redis.call('HSET', P .. 'call:' .. call, 'state', 'waiting', 'reservation', '', 'agent', '', 'accepted', 0,
    'bridged', 0)
  line_add(call, c)
  match_call(call, c.group)
end
