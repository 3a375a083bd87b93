-- include: _reserve
-- include: _rank
-- Agents: in and out of the lists of their groups, and from state to state.

-- Out of the lists of their groups; here and below, `a` is the agent as kept.
local function unlist(agent, a)
  for _, group in ipairs(words(a.groups)) do redis.call('ZREM', P .. 'group:' .. group .. ':agents', agent) end
end

-- Into the list of one group. `a` has what the strategies count.
local function list_in(agent, group, a, at)
  local letter = string.sub(group, 1, 1)
  local skilled = 0
  if letter == 'M' or letter == 'S' then
    skilled = tonumber(redis.call('HGET', P .. 'agent:' .. agent .. ':levels', group)) or 0
  end
  redis.call('ZADD', P .. 'group:' .. group .. ':agents', string.format('%d', rank(letter, a, at, skilled)), agent)
end

local function enlist(agent, at)
  local a = read(P .. 'agent:' .. agent, 'groups', 'calls', 'busy', 'login', 'offered')
  for _, group in ipairs(words(a.groups)) do list_in(agent, group, a, tonumber(at)) end
end

-- Puts an agent (`a`: as kept) into a state. `lease_ms` 0: the state doesn't end by itself. Further arguments are fields
-- and values besides. `a.rang_out`: offers in a row that rang out, where that is why. A lease that is over sooner stays
-- among the deadlines until then: `due_pop` drops it.
local function become(agent, a, state, reason, lease_ms, ...)
  local key, deadline = P .. 'agent:' .. agent, '0'
  if lease_ms > 0 then
    deadline = string.format('%d', now + lease_ms)
    redis.call('ZADD', P .. 'due', deadline, 'agent:' .. agent)
  end
  if state == 'on_call' then
    redis.call('HSET', key, 'state', state, 'since', NOW, 'deadline', deadline, 'pause_reason', reason, 'busy',
      busy_by_now(a), ...)
  else
    redis.call('HSET', key, 'state', state, 'since', NOW, 'deadline', deadline, 'pause_reason', reason, 'busy',
      busy_by_now(a), 'reservation', '', 'call', '', ...)
  end
  emit('agent.changed', '', {agent = agent, state = state, reason = reason, misses = a.rang_out})
end

-- Out of the staff of their groups. Where nobody is left to serve those who wait there, somebody looks at them: their
-- rings widen at once.
local function count_out(agent, a)
  for _, group in ipairs(words(a.groups)) do
    local staff = P .. 'group:' .. group .. ':staff'
    redis.call('SREM', staff, agent)
    if redis.call('EXISTS', staff) == 0 and redis.call('EXISTS', P .. 'group:' .. group .. ':calls') == 1 then
      redis.call('ZADD', P .. 'due', now, 'group:' .. group)
    end
  end
end

-- A wish kept while a call was held or going on, carried out now. True where there was one.
local function grant_wish(agent, a)
  if a.wish == '' then return false end
  local reason = redis.call('HGET', P .. 'agent:' .. agent, 'wish_reason') or ''
  become(agent, a, a.wish, reason, 0, 'wish', '', 'wish_reason', '')
  if a.wish == 'offline' then count_out(agent, a) end
  return true
end
