-- include: _calls
-- The match: a call and an agent are taken out of their lists and bound by a reservation, in one step.

-- A line that has reached its cap is passed over by agents until one of its talks is over.
local function park(queue)
  for _, group in ipairs(redis.call('SMEMBERS', P .. 'queue:' .. queue .. ':groups')) do
    redis.call('HDEL', P .. 'groups:heads', group)
  end
end

-- A waiting call goes to an agent: one less of its line waits, one more is with somebody. Returns how many wait behind.
local function take(call, c, head_behind)
  local key = P .. 'queue:' .. c.queue
  local line = redis.call('HMGET', key, 'waiting', 'max_talking')
  local waiting = line[1] or '0'
  if group_remove(call, c, head_behind) then waiting = string.format('%d', waiting - 1) end
  redis.call('HSET', key, 'waiting', waiting, 'with:' .. call, '')
  if line[2] and line[2] ~= '0' and capped(c.queue) then park(c.queue) end
  return waiting
end

-- One more offer of a call: `c` is as loaded, and kept up to date. The agent (`a`: as kept) is in none of the lists by
-- now. `free` is how many might have been chosen. The reservation is in the call and the agent; it gets a record of its
-- own (`record` in _offer.lua) as soon as somebody goes to ring, or it ends.
local function reserve(call, c, agent, a, why, free, head_behind)
  local epoch, behind = c.epoch and c.epoch ~= '' and string.format('%d', c.epoch + 1) or '1', ''
  local id = call .. '-' .. epoch
  c.epoch = epoch
  if c.state == 'waiting' then
    behind = '"behind":' .. take(call, c, head_behind) .. ','
    c.reservation, c.agent, c.state, c.rung_from = id, agent, 'offered', NOW
  else
    c.reservation, c.agent = c.reservation .. ' ' .. id, c.agent .. ' ' .. agent
  end
  redis.call('HSET', P .. 'call:' .. call, 'state', 'offered', 'reservation', c.reservation, 'agent', c.agent,
    'rung_from', c.rung_from, 'epoch', epoch)
  redis.call('ZADD', P .. 'due', string.format('%d', now + grace), 'offer:' .. id)
  become_reserved(agent, a, id, call)
  -- As `emit` does, without a table, and without making room: whatever brought the call here has done that.
  redis.call('XADD', P .. 'events', '*', 'type', 'call.offered', 'at_ms', NOW, 'call', call, 'data',
    '{"agent":' .. quoted(agent) .. ',"offer":' .. quoted(id) .. ',"queue":' .. quoted(c.queue) ..
    ',"ring":' .. c.ring .. ',"why":"' .. why .. '","free":' .. free .. ',"group":"' .. c.group .. '",' .. behind ..
    '"waited_ms":' .. string.format('%d', now - c.joined) .. '}')
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
  reserve(call, c, agent, a, 'order', free)
  local several = rule(c.queue, 'several')
  if several > 1 then ring_more(call, c, several) end
  return true
end

local AT_ONCE = 1000   -- fields asked for in one command: Lua's stack is not without end

-- The smallest (class, order) among the heads of an agent's groups in which somebody waits: the call, nil for none. With
-- it its group and, where that is known, the score of the one behind it there.
local function next_call(a)
  local groups, least, first, tied = words(a.groups), nil, nil, nil
  for from = 1, #groups, AT_ONCE do
    local heads = redis.call('HMGET', P .. 'groups:heads', unpack(groups, from, math.min(#groups, from + AT_ONCE - 1)))
    for i = 1, #heads do
      local score = heads[i] and tonumber(heads[i])
      if score and (not least or score < least) then
        least, first, tied = score, groups[from + i - 1], nil
      elseif score and score == least then
        tied = tied or {first}
        tied[#tied + 1] = groups[from + i - 1]
      end
    end
  end
  if not first then return nil end
  if not tied then
    local heads = redis.call('ZRANGE', P .. 'group:' .. first .. ':calls', '0', '1', 'WITHSCORES')
    return heads[1], first, heads[4]
  end
  local best
  for _, group in ipairs(tied) do
    local call = redis.call('ZRANGE', P .. 'group:' .. group .. ':calls', '0', '0')[1]
    if call and (not best or call < best) then best, first = call, group end
  end
  return best, first
end

-- An agent who is in none of the lists takes the next call. False where there is none.
local function match_agent(agent, a)
  local call, group, behind = next_call(a)
  if not call then return false end
  local kept = redis.call('HMGET', P .. 'call:' .. call, 'queue', 'start', 'joined', 'ring', 'epoch')
  reserve(call, {state = 'waiting', queue = kept[1] or '', group = group, joined = kept[3] or kept[2] or now,
    ring = kept[4] or '1', epoch = kept[5]}, agent, a, 'order', '1', behind)
  return true
end

-- An agent is free: to the next call, or into the lists. A wish kept meanwhile goes first. Returns the state they are in
-- then.
local function free(agent, a)
  if grant_wish(agent, a) then return a.wish end
  if match_agent(agent, a) then return 'reserved' end
  become(agent, a, 'available', '', 0)
  enlist(agent, now)
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
