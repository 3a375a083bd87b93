-- include: _common
-- Agents: in and out of the lists of their groups, and from state to state.

local function unlist(agent)
  for _, group in ipairs(redis.call('SMEMBERS', P .. 'agent:' .. agent .. ':groups')) do
    redis.call('ZREM', P .. 'group:' .. group .. ':agents', agent)
  end
end

local function enlist(agent, rank)
  for _, group in ipairs(redis.call('SMEMBERS', P .. 'agent:' .. agent .. ':groups')) do
    redis.call('ZADD', P .. 'group:' .. group .. ':agents', rank, agent)
  end
end

-- Puts an agent into a state. `lease_ms` 0: the state doesn't end by itself.
local function set_state(agent, state, reason, lease_ms)
  local key = P .. 'agent:' .. agent
  local deadline = 0
  if lease_ms > 0 then
    deadline = now + lease_ms
    redis.call('ZADD', P .. 'due', deadline, 'agent:' .. agent)
  else
    redis.call('ZREM', P .. 'due', 'agent:' .. agent)
  end
  redis.call('HSET', key, 'state', state, 'since', now, 'deadline', deadline, 'pause_reason', reason)
  redis.call('HINCRBY', key, 'epoch', 1)
  if state ~= 'reserved' and state ~= 'on_call' then redis.call('HSET', key, 'reservation', '', 'call', '') end
  emit('agent.changed', '', {agent = agent, state = state, reason = reason})
end

local function count_out(agent)
  for _, group in ipairs(redis.call('SMEMBERS', P .. 'agent:' .. agent .. ':groups')) do
    redis.call('SREM', P .. 'group:' .. group .. ':staff', agent)
  end
end

local function count_in(agent)
  for _, group in ipairs(redis.call('SMEMBERS', P .. 'agent:' .. agent .. ':groups')) do
    redis.call('SADD', P .. 'group:' .. group .. ':staff', agent)
  end
end

-- A wish kept while a call was held or going on, carried out now. True where there was one.
local function grant_wish(agent)
  local wished = read(P .. 'agent:' .. agent, 'wish', 'wish_reason')
  if wished.wish == '' then return false end
  redis.call('HSET', P .. 'agent:' .. agent, 'wish', '', 'wish_reason', '')
  set_state(agent, wished.wish, wished.wish_reason, 0)
  if wished.wish == 'offline' then count_out(agent) end
  return true
end
