-- include: _common
-- A call and an agent are bound to each other, in one step. What every match needs and nothing else, since a script makes
-- each function in front of its lines anew whenever it runs: `agent_set` does without the rest where a call waits.

-- An agent as kept, as far as a change of state needs it.
local function person(agent)
  local kept = redis.call('HMGET', P .. 'agent:' .. agent, 'state', 'since', 'deadline', 'busy', 'misses', 'wish',
    'groups')
  return {state = kept[1] or '', since = kept[2] or '', deadline = kept[3] or '', busy = kept[4] or '',
    misses = kept[5] or '', wish = kept[6] or '', groups = kept[7] or ''}
end

-- How long an agent has been busy since logging in, for fair_load: time spent talking and in wrap-up counts.
local function busy_by_now(a)
  if a.state ~= 'wrap_up' and a.state ~= 'on_call' then return a.busy end
  local ended = tonumber(a.deadline) or 0
  if ended == 0 or ended > now then ended = now end
  return string.format('%d', (tonumber(a.busy) or 0) + math.max(0, ended - (tonumber(a.since) or ended)))
end

-- An agent is bound to a call by a reservation. `call.offered` tells of it. What a strategy goes by is kept for those
-- who serve a group that has it: round_robin goes by when they were last offered a call, fair_load by how busy they were.
local function become_reserved(agent, a, id, call)
  local key = P .. 'agent:' .. agent
  if a.state == 'paused' or a.state == 'offline' then redis.call('HSET', key, 'pause_reason', '') end
  redis.call('HSET', key, 'state', 'reserved', 'since', NOW, 'deadline', '0', 'reservation', id, 'call', call)
  if string.find(a.groups, 'R', 1, true) then redis.call('HSET', key, 'offered', NOW) end
  if string.find(a.groups, 'B', 1, true) then redis.call('HSET', key, 'busy', busy_by_now(a)) end
end

-- Nobody waits in a group any more.
local function group_empty(group, queue)
  redis.call('SREM', P .. 'queue:' .. queue .. ':groups', group)
  redis.call('ZREM', P .. 'due', 'patrol:' .. group)
end

-- The first of a group has been taken out of its list: the one behind is the first now, and to be had as that one was.
local function group_moved_up(group, queue)
  local head = redis.call('ZRANGE', P .. 'group:' .. group .. ':calls', '0', '0', 'WITHSCORES')
  if head[1] then
    redis.call('HSET', P .. 'groups:heads', group, head[2])
  else
    redis.call('HDEL', P .. 'groups:heads', group)
    group_empty(group, queue)
  end
end

-- A call goes to an agent: one more of its line is with somebody, and where it `stood` in the line one less waits.
-- Returns how many wait behind, and whether the line has a cap that may be reached now (`fill` in _match.lua).
local function take(call, queue, stood)
  local key = P .. 'queue:' .. queue
  local line = redis.call('HMGET', key, 'waiting', 'max_talking')
  local waiting = line[1] or '0'
  if stood then waiting = string.format('%d', waiting - 1) end
  redis.call('HSET', key, 'waiting', waiting, 'with:' .. call, '')
  return waiting, line[2] and line[2] ~= '0'
end

-- One more offer of a call: `c` is as loaded, and kept up to date. The call and the agent (`a`: as kept) are in none of
-- the lists by now; `stood`: the call was in its line's. `free` is how many might have been chosen. The reservation is in
-- the call and the agent; it gets a record of its own (`record` in _offer.lua) as soon as somebody goes to ring, or it
-- ends. Returns whether the line has a cap that may be reached now.
local function reserve(call, c, agent, a, why, free, stood)
  local epoch, behind, cap = c.epoch and c.epoch ~= '' and string.format('%d', c.epoch + 1) or '1', '', nil
  local id = call .. '-' .. epoch
  c.epoch = epoch
  if c.state == 'waiting' then
    behind, cap = take(call, c.queue, stood)
    behind = '"behind":' .. behind .. ','
    c.reservation, c.agent, c.state, c.rung_from = id, agent, 'offered', NOW
  else
    c.reservation, c.agent = c.reservation .. ' ' .. id, c.agent .. ' ' .. agent
  end
  redis.call('HSET', P .. 'call:' .. call, 'state', 'offered', 'reservation', c.reservation, 'agent', c.agent,
    'rung_from', c.rung_from, 'epoch', epoch)
  redis.call('ZADD', P .. 'due', string.format('%d', now + grace), 'offer:' .. id)
  become_reserved(agent, a, id, call)
  -- As `emit` does, without a table, and without making room: whatever brought the call here has done that. No name has
  -- in it what JSON would have to write otherwise (`fit` in keys.py).
  redis.call('XADD', P .. 'events', '*', 'type', 'call.offered', 'at_ms', NOW, 'call', call, 'data',
    '{"agent":"' .. agent .. '","offer":"' .. id .. '","queue":"' .. c.queue .. '","ring":' .. c.ring ..
    ',"why":"' .. why .. '","free":' .. free .. ',"group":"' .. c.group .. '",' .. behind .. '"waited_ms":' ..
    string.format('%d', now - c.joined) .. '}')
  offers[#offers + 1] = id
  return cap
end

local AT_ONCE = 1000   -- fields asked for in one command: Lua's stack is not without end

-- The group of an agent's in whose list the call with the smallest (class, order) is the first; nil where nobody waits.
local function next_group(a)
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
  local best
  for _, group in ipairs(tied or {}) do
    local call = redis.call('ZRANGE', P .. 'group:' .. group .. ':calls', '0', '0')[1]
    if call and (not best or call < best) then best, first = call, group end
  end
  return first
end

-- An agent who is in none of the lists takes the next call. False where there is none; else true and, where its line has
-- a cap that may be reached now, the line.
local function take_next(agent, a)
  local group = next_group(a)
  local call = group and redis.call('ZPOPMIN', P .. 'group:' .. group .. ':calls')[1]
  if not call then return false end
  local kept = redis.call('HMGET', P .. 'call:' .. call, 'queue', 'start', 'joined', 'ring', 'epoch')
  local queue = kept[1] or ''
  group_moved_up(group, queue)
  local cap = reserve(call, {state = 'waiting', queue = queue, group = group, joined = kept[3] or kept[2] or now,
    ring = kept[4] or '1', epoch = kept[5]}, agent, a, 'order', '1', true)
  return true, cap and queue
end
