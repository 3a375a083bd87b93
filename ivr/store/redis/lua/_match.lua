-- include: _calls
-- The match: a call and an agent are taken out of their lists and bound by a reservation, in one step.

-- A line that has reached its cap is passed over by agents until one of its talks is over.
local function park(queue)
  for _, group in ipairs(redis.call('SMEMBERS', P .. 'queue:' .. queue .. ':groups')) do
    redis.call('SREM', P .. 'groups:waiting', group)
  end
end

-- One more offer of a call: `c` is as loaded, and kept up to date. `free` is how many might have been chosen.
local function reserve(call, c, agent, why, free)
  local key = P .. 'call:' .. call
  local epoch = redis.call('HINCRBY', key, 'epoch', 1)
  local id = call .. '-' .. epoch
  unlist(agent)
  if c.state == 'waiting' then
    line_remove(call, c)
    c.reservation, c.agent, c.state, c.rung_from = id, agent, 'offered', now
    redis.call('SADD', P .. 'queue:' .. c.queue .. ':busy', call)
    if capped(c.queue) then park(c.queue) end
  else
    c.reservation, c.agent = c.reservation .. ' ' .. id, c.agent .. ' ' .. agent
  end
  redis.call('HSET', key, 'state', 'offered', 'reservation', c.reservation, 'agent', c.agent, 'rung_from', c.rung_from)
  redis.call('HSET', P .. 'reservation:' .. id, 'call', call, 'agent', agent, 'epoch', epoch, 'state', 'pending',
    'queue', c.queue, 'mode', c.mode, 'made', now, 'deadline', now + grace)
  redis.call('ZADD', P .. 'due', now + grace, 'offer:' .. id)
  redis.call('HSET', P .. 'agent:' .. agent, 'reservation', id, 'call', call, 'offered', now)
  set_state(agent, 'reserved', '', 0)
  emit('call.offered', call, {agent = agent, offer = id, queue = c.queue, ring = c.ring, why = why, free = free,
    group = c.group, behind = redis.call('ZCARD', P .. 'group:' .. c.group .. ':calls'), waited_ms = now - c.joined})
  offers[#offers + 1] = id
end

-- The next agent of a call: of its narrowest open ring in which somebody is free. Nil for none.
local function next_agent(c)
  for ring, each in ipairs(rings_of(c)) do
    if ring > c.ring then break end
    local agents = P .. 'group:' .. each[1] .. ':agents'
    local head = redis.call('ZRANGE', agents, 0, 0)
    if head[1] then return head[1], redis.call('ZCARD', agents) end
  end
  return nil
end

-- Further phones for a call that rings, up to `several`, as long as nobody else waits for the same people.
local function ring_more(call, c, several)
  while #words(c.reservation) < several and redis.call('EXISTS', P .. 'group:' .. c.group .. ':calls') == 0 do
    local agent, free = next_agent(c)
    if not agent then return end
    reserve(call, c, agent, 'several', free)
  end
end

-- The first of the available agents for a call. False where nobody is free, or the line is at its cap.
local function match_call(call, c)
  if capped(c.queue) then return false end
  local agent, free = next_agent(c)
  if not agent then return false end
  reserve(call, c, agent, 'order', free)
  local several = rule(c.queue, 'several')
  if several > 1 then ring_more(call, c, several) end
  return true
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
  reserve(best, load(best), agent, 'order', 1)
  return true
end

-- An agent is free: to the next call, or into the lists. A wish kept meanwhile goes first.
local function free(agent)
  if grant_wish(agent) then return end
  set_state(agent, 'available', '', 0)
  if not match_agent(agent) then enlist(agent, now) end
end

-- The heads of a line's groups, in their order.
local function heads_of(queue)
  local heads = {}
  for _, group in ipairs(redis.call('SMEMBERS', P .. 'queue:' .. queue .. ':groups')) do
    local head = redis.call('ZRANGE', P .. 'group:' .. group .. ':calls', 0, 0, 'WITHSCORES')
    if head[1] then heads[#heads + 1] = {head[1], tonumber(head[2])} end
  end
  table.sort(heads, function(one, other)
    if one[2] ~= other[2] then return one[2] < other[2] end
    return one[1] < other[1]
  end)
  return heads
end

local function match_first(queue)
  for _, head in ipairs(heads_of(queue)) do
    if match_call(head[1], load(head[1])) then return true end
  end
  return false
end

-- A line that was at its cap, or has got other rules, goes on: its oldest calls first, as many as may and can.
local function go_on(queue)
  if capped(queue) then return park(queue) end
  for _, group in ipairs(redis.call('SMEMBERS', P .. 'queue:' .. queue .. ':groups')) do
    redis.call('SADD', P .. 'groups:waiting', group)
  end
  repeat until not match_first(queue)
end

-- A call is no longer with an agent.
local function unbusy(call, queue)
  local was = capped(queue)
  redis.call('SREM', P .. 'queue:' .. queue .. ':busy', call)
  if was and not capped(queue) then go_on(queue) end
end

-- A call whose agents didn't come: back to its place, and to the next agent.
local function back_in_line(call, c)
  local key = P .. 'call:' .. call
  if c.rung_from ~= '' then redis.call('HINCRBY', key, 'rang', now - tonumber(c.rung_from)) end
  redis.call('HDEL', key, 'reservation', 'agent', 'accepted', 'bridged', 'rung_from')
  redis.call('HSET', key, 'state', 'waiting', 'seen', math.floor(now / 1000))
  widen(call, c)   -- while it rang, time went on
  c.state, c.reservation, c.agent, c.rung_from = 'waiting', '', '', ''
  line_add(call, c)
  unbusy(call, c.queue)
  if redis.call('HGET', key, 'state') == 'waiting' then match_call(call, c) end
end
