-- include: _calls
-- The match: a call and an agent are taken out of their lists and bound by a reservation (_reserve.lua), in one step.

-- A line that has reached its cap is passed over by agents until one of its talks is over.
local function park(queue)
  for _, group in ipairs(redis.call('SMEMBERS', P .. 'queue:' .. queue .. ':groups')) do
    redis.call('HDEL', P .. 'groups:heads', group)
  end
end

-- One more of a line is with an agent: where it has a cap, that may be reached.
local function fill(queue)
  if capped(queue) then park(queue) end
end

-- A waiting call goes to an agent who is in none of the lists.
local function assign(call, c, agent, a, why, free)
  if reserve(call, c, agent, a, why, free, group_remove(call, c)) then fill(c.queue) end
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
    local a = person(agent)
    unlist(agent, a)
    reserve(call, c, agent, a, 'several', free)
  end
end

-- The first of the available agents for a call. False where nobody is free, or the line is at its cap.
local function match_call(call, c)
  if capped(c.queue) then return false end
  local agent, free = next_agent(c)
  if not agent then return false end
  local a = person(agent)
  unlist(agent, a)
  assign(call, c, agent, a, 'order', free)
  local several = rule(c.queue, 'several')
  if several > 1 then ring_more(call, c, several) end
  return true
end

-- An agent who is in none of the lists takes the next call. False where there is none.
local function match_agent(agent, a)
  local met, queue = take_next(agent, a)
  if queue then fill(queue) end
  return met
end

-- An agent for whom nobody waits: into the lists.
local function stay_free(agent, a)
  become(agent, a, 'available', '', 0)
  enlist(agent, now)
end

-- An agent is free: to the next call, or into the lists. A wish kept meanwhile goes first. Returns the state they are in
-- then.
local function free(agent, a)
  if grant_wish(agent, a) then return a.wish end
  if match_agent(agent, a) then return 'reserved' end
  stay_free(agent, a)
  return 'available'
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
    set_head(group, queue)
  end
  repeat until not match_first(queue)
end

-- A call is no longer with an agent.
local function unbusy(call, queue)
  local was = capped(queue)
  redis.call('HDEL', P .. 'queue:' .. queue, 'with:' .. call)
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
