-- include: _rank
-- Agents: in and out of the lists of their groups, and from state to state.

local function groups_of(agent)
  return redis.call('SMEMBERS', P .. 'agent:' .. agent .. ':groups')
end

local function unlist(agent)
  for _, group in ipairs(groups_of(agent)) do redis.call('ZREM', P .. 'group:' .. group .. ':agents', agent) end
end

-- Into the list of one group. `a` has what the strategies count.
local function list_in(agent, group, a, at)
  local letter = string.sub(group, 1, 1)
  local skilled = 0
  if letter == 'M' or letter == 'S' then
    skilled = tonumber(redis.call('HGET', P .. 'agent:' .. agent .. ':levels', group)) or 0
  end
  redis.call('ZADD', P .. 'group:' .. group .. ':agents', string.format('%.0f', rank(letter, a, at, skilled)), agent)
end

local function enlist(agent, at)
  local a = read(P .. 'agent:' .. agent, 'calls', 'busy', 'login', 'offered')
  for _, group in ipairs(groups_of(agent)) do list_in(agent, group, a, tonumber(at)) end
end

local BUSY = {on_call = true, wrap_up = true}

-- An agent as kept, as far as a change of state needs it.
local function person(agent)
  local kept = redis.call('HMGET', P .. 'agent:' .. agent, 'state', 'since', 'deadline', 'busy', 'misses', 'wish',
    'wish_reason')
  return {state = kept[1] or '', since = kept[2] or '', deadline = kept[3] or '', busy = kept[4] or '',
    misses = kept[5] or '', wish = kept[6] or '', wish_reason = kept[7] or ''}
end

-- Puts an agent (`a`: as kept) into a state. `lease_ms` 0: the state doesn't end by itself. Time spent talking and in
-- wrap-up counts as busy (fair_load). Further arguments are fields and values besides. `a.rang_out`: offers in a row
-- that rang out, where that is why.
local function become(agent, a, state, reason, lease_ms, ...)
  local key = P .. 'agent:' .. agent
  local deadline, busy = '0', a.busy
  if lease_ms > 0 then
    deadline = string.format('%.0f', now + lease_ms)
    redis.call('ZADD', P .. 'due', deadline, 'agent:' .. agent)
  elseif a.deadline ~= '' and a.deadline ~= '0' then
    redis.call('ZREM', P .. 'due', 'agent:' .. agent)
  end
  if BUSY[a.state] then
    local ended = tonumber(a.deadline) or 0
    if ended == 0 or ended > now then ended = now end
    busy = string.format('%.0f', (tonumber(a.busy) or 0) + math.max(0, ended - (tonumber(a.since) or ended)))
  end
  if state == 'reserved' or state == 'on_call' then
    redis.call('HSET', key, 'state', state, 'since', NOW, 'deadline', deadline, 'pause_reason', reason, 'busy', busy, ...)
  else
    redis.call('HSET', key, 'state', state, 'since', NOW, 'deadline', deadline, 'pause_reason', reason, 'busy', busy,
      'reservation', '', 'call', '', ...)
  end
  if state ~= 'reserved' then   -- `call.offered` tells that
    emit('agent.changed', '', {agent = agent, state = state, reason = reason, misses = a.rang_out})
  end
end

-- Out of the staff of their groups. Where nobody is left to serve those who wait there, somebody looks at them: their
-- rings widen at once.
local function count_out(agent)
  for _, group in ipairs(groups_of(agent)) do
    local staff = P .. 'group:' .. group .. ':staff'
    redis.call('SREM', staff, agent)
    if redis.call('EXISTS', staff) == 0 and redis.call('EXISTS', P .. 'group:' .. group .. ':calls') == 1 then
      redis.call('ZADD', P .. 'due', now, 'group:' .. group)
    end
  end
end

local function count_in(agent)
  for _, group in ipairs(groups_of(agent)) do redis.call('SADD', P .. 'group:' .. group .. ':staff', agent) end
end

-- A wish kept while a call was held or going on, carried out now. True where there was one.
local function grant_wish(agent, a)
  if a.wish == '' then return false end
  become(agent, a, a.wish, a.wish_reason, 0, 'wish', '', 'wish_reason', '')
  if a.wish == 'offline' then count_out(agent) end
  return true
end
